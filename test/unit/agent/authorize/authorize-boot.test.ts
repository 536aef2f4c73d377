import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { decodeRequestCore, platformNonce, releaseExtraData } from '../../../../core/evidence/index.ts'
import { SealedError } from '../../../../core/keys/index.ts'
import { CC, decode, TPMS_ATTEST, type Transport } from '../../../../core/tpm/index.ts'
import { emulatedTpmHost, type PoweredTpm, type TpmHost } from '../../../../agent/attest/index.ts'
import { authorizeBoot, type BootTools } from '../../../../agent/authorize/index.ts'
import { measuredHere, recordedBoot, type BootPlan } from '../../../../agent/boot/index.ts'
import { DiskFolder, MachineFolder, NotEnrolled } from '../../../../agent/config/index.ts'
import { spkiOf } from '../../../../agent/enrol/signed-core.ts'
import { GateError } from '../../../../agent/gate/index.ts'
import { PlatformDocumentError } from '../../../../agent/platform/index.ts'
import { bootId, challenge, ScriptedGate } from './scripted-gate.ts'

const random = (size: number) => Uint8Array.from(randomBytes(size))
const stateKey = (generation: number) => new Uint8Array(32).fill(generation)
const sha256 = (bytes: Uint8Array) => Uint8Array.from(createHash('sha256').update(bytes).digest())
const capPcr = 15

const identity = {
  machineId: new Uint8Array(16).fill(1),
  machineName: 'vm',
  serverId: new Uint8Array(32).fill(2),
  mainAddress: '127.0.0.1:7443',
}

/** The command code and first handle of what a TPM is told. */
const told = (command: Uint8Array) => {
  const view = new DataView(command.buffer, command.byteOffset)
  return { code: view.getUint32(6), handle: command.length >= 14 ? view.getUint32(10) : undefined }
}

describe('authorizeBoot', () => {
  let path: string
  let machine: MachineFolder
  let gate: ScriptedGate
  let plan: BootPlan
  let story: string[]

  before(async () => (plan = await recordedBoot('test/vectors/uki/eventlog.bin')))
  beforeEach(async () => {
    path = mkdtempSync(join(tmpdir(), 'bootlatch-authorize-'))
    machine = new MachineFolder(new DiskFolder(path))
    machine.keepIdentity(identity)
    machine.keepBootTokens([random(32)])
    machine.keepAkAuth(random(32))
    const header = { key: stateKey(3), machineId: identity.machineId, generation: 3 }
    await (await emulatedTpmHost.manufacture(machine.statePath, header)).close()
    story = []
    gate = new ScriptedGate(stateKey)
    for (const step of ['PowerOn', 'Challenge', 'Release'] as const) gate.before[step] = () => story.push(step)
  })
  afterEach(() => {
    rmSync(path, { recursive: true })
  })

  /** Our TPM, with what concerns the story written down. */
  const tpms: TpmHost = {
    ...emulatedTpmHost,
    async open(statePath, keys, next): Promise<PoweredTpm> {
      story.push(`TPM under key ${next.generation}`)
      const tpm = await emulatedTpmHost.open(statePath, keys, next)
      const transport: Transport = {
        transmit(command) {
          const { code, handle } = told(command)
          if (code === CC.PCR_Extend && handle === capPcr) story.push('cap')
          return tpm.transport.transmit(command)
        },
      }
      return { ...tpm, transport, close: () => (story.push('TPM off'), tpm.close()) }
    },
  }

  const authorize = (more: Partial<BootTools> = {}) => {
    const clock = { now: () => 0, sleep: () => Promise.resolve() }
    const tools = { machine, gate, tpms, random, clock, deadlineMs: 1000, tell: () => undefined, ...more }
    return authorizeBoot(tools, {
      measure: measuredHere(plan),
      volumes: [{ uuid: new Uint8Array(16), keyslotDigest: new Uint8Array(32) }],
    })
  }
  const failure = (boot: Promise<unknown>): Promise<unknown> =>
    boot.then(
      () => undefined,
      (reason: unknown) => reason,
    )

  describe('where a platform vouches for the instance', () => {
    it('asks it for a document that is bound to the request, and shows that', async () => {
      const nonces: string[] = []
      const platform = (nonce: string) => {
        nonces.push(nonce)
        return Promise.resolve(Uint8Array.of(1, 2, 3))
      }
      await authorize({ platform })
      const [request] = gate.powerOns
      expect(request?.platformDocument).to.deep.equal(Uint8Array.of(1, 2, 3))
      const { serverId, machineId } = identity
      const { nextTokenHash, oneTimePublicKey } = request!
      const nonce = platformNonce({ serverId, machineId, nextTokenHash, oneTimePublicKey })
      expect(nonces).to.deep.equal([Buffer.from(nonce).toString('base64url')])
    })

    it('says so and asks without a document where there is none', async () => {
      const said: string[] = []
      const platform = () => Promise.reject(new PlatformDocumentError('took too long'))
      await authorize({ platform, tell: (what) => said.push(what) })
      expect(gate.powerOns[0]?.platformDocument).to.have.lengthOf(0)
      expect(said).to.deep.equal(['the platform gave no document (took too long)'])
    })

    it('fails where its own code does', async () => {
      const platform = () => Promise.reject(new TypeError('ours'))
      expect(await failure(authorize({ platform }))).to.be.instanceOf(TypeError)
      expect(story).to.deep.equal([])
    })
  })

  it('goes through both gates in order, and caps the TPM before the keys are asked for', async () => {
    gate.keys = [{ uuid: new Uint8Array(16), keyslotDigest: new Uint8Array(32), key: Uint8Array.of(1, 2, 3) }]
    const boot = await authorize()
    expect(boot).to.deep.include({ kind: 'released', decision: 6n, keys: gate.keys })
    expect(story).to.deep.equal(['PowerOn', 'TPM under key 4', 'Challenge', 'cap', 'Release', 'TPM off'])
  })

  it('caps it behind the answer where keys may be bound to values of PCRs', async () => {
    gate.capBeforeRelease = false
    await authorize()
    expect(story).to.deep.equal(['PowerOn', 'TPM under key 4', 'Challenge', 'Release', 'cap', 'TPM off'])
  })

  it('asks for no keys where the TPM cannot be capped', async () => {
    const broken: TpmHost = {
      ...tpms,
      async open(...given): Promise<PoweredTpm> {
        const tpm = await tpms.open(...given)
        const transmit = (command: Uint8Array) => {
          const { code, handle } = told(command)
          if (code === CC.PCR_Extend && handle === capPcr) throw new Error('the TPM is gone')
          return tpm.transport.transmit(command)
        }
        return { ...tpm, transport: { transmit } }
      },
    }
    expect(await failure(authorize({ tpms: broken })))
      .to.be.instanceOf(Error)
      .with.property('message', 'the TPM is gone')
    expect(gate.requests).to.deep.equal([])
  })

  it('has the state under the next key, and one boot token, the one it offered', async () => {
    const [before] = machine.bootTokens()
    await authorize()
    expect(emulatedTpmHost.peek(machine.statePath).generation).to.equal(4)
    const [token, ...others] = machine.bootTokens()
    expect(others).to.deep.equal([])
    expect(gate.powerOns[0]?.bootTokens).to.deep.equal([before])
    expect(gate.powerOns[0]?.nextTokenHash).to.deep.equal(sha256(token!))
  })

  it('binds the quote to challenge, server, machine, boot, key and request', async () => {
    await authorize()
    const [request] = gate.requests
    const { core, oneTimePublicKey, attest } = request!
    const clientSpkiSha256 = sha256(spkiOf(machine.machineKey()))
    const bound = { challenge, ...identity, bootId, clientSpkiSha256, oneTimePublicKey, requestCore: core }
    expect(decode(TPMS_ATTEST, attest).extraData).to.deep.equal(releaseExtraData(bound))
    const { pcrs, stateGeneration, volumes } = decodeRequestCore(core)
    expect([...(pcrs.get(0x000b)?.keys() ?? [])]).to.deep.equal([0, 7, 15])
    expect(stateGeneration).to.equal(4)
    expect(volumes).to.have.length(1)
  })

  it('asks again for the same release where an answer is lost', async () => {
    let lost = 0
    gate.before.Release = () => {
      if (lost++ === 0) throw new GateError('unreachable', 'lost')
    }
    await authorize()
    expect(gate.requests).to.have.length(2)
    expect(gate.requests[1]).to.deep.equal(gate.requests[0])
  })

  for (const step of ['Challenge', 'Release'] as const) {
    for (const problem of ['refused', 'unreachable', 'failed'] as const) {
      it(`caps the TPM also when ${step} ends ${problem}`, async () => {
        gate.before[step] = () => {
          throw new GateError(problem, 'no')
        }
        const clock = { now: () => 2000, sleep: () => Promise.resolve() }
        expect(await failure(authorize({ clock })))
          .to.be.instanceOf(GateError)
          .with.property('problem', problem)
        expect(story.filter((step) => step === 'cap')).to.have.length(1)
        expect(story.at(-1)).to.equal('TPM off')
      })
    }
  }

  it('does not open the TPM when gate 1 refuses, and takes its token back', async () => {
    const tokens = machine.bootTokens()
    gate.before.PowerOn = () => {
      throw new GateError('refused', 'no')
    }
    expect(await failure(authorize())).to.be.instanceOf(GateError)
    expect(story).to.deep.equal([])
    expect(machine.bootTokens()).to.deep.equal(tokens)
    expect(emulatedTpmHost.peek(machine.statePath).generation).to.equal(3)
  })

  it('keeps every token that it offered without an answer', async () => {
    let lost = 0
    gate.before.PowerOn = () => {
      if (lost++ < 2) throw new GateError('unreachable', 'lost')
    }
    await authorize()
    expect(gate.powerOns[0]?.bootTokens).to.have.length(3)
    expect(machine.bootTokens()).to.have.length(1)
  })

  it('does not open the TPM with keys of another generation', async () => {
    gate.givenGeneration = 2
    expect(await failure(authorize()))
      .to.be.instanceOf(GateError)
      .with.property('problem', 'broken-answer')
    expect(story).to.deep.equal(['PowerOn'])
  })

  it('does not take an answer that is sealed for another decision', async () => {
    gate.sealedFor = 77n
    expect(await failure(authorize()))
      .to.be.instanceOf(SealedError)
      .with.property('problem', 'decision')
    expect(machine.bootTokens()).to.have.length(2)
  })

  it('does not ask for a start with the TPM of another machine', async () => {
    machine.keepIdentity({ ...identity, machineId: new Uint8Array(16).fill(9) })
    expect(await failure(authorize())).to.be.instanceOf(NotEnrolled)
    expect(gate.asked).to.deep.equal([])
  })

  it('hands an order to re-key on, and tells what it waited for', async () => {
    gate.rekey = true
    const lines: string[] = []
    const boot = await authorize({ tell: (line) => lines.push(line) })
    expect(boot).to.deep.include({ kind: 'rekey', decision: 5n })
    expect(lines.join()).to.contain('decision 5')
    expect(story).to.deep.equal(['PowerOn'])
  })
})
