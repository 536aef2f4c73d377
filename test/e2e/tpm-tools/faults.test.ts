import { expect } from 'chai'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import type { Tpm } from '../../../agent/vtpm/index.ts'
import { commandTable } from '../../../agent/vtpm/commands/index.ts'
import { toHex } from '../../../core/bytes/index.ts'
import {
  type AnyCommand,
  CC,
  CreatePrimary,
  describeResponseCode,
  HashSequenceStart,
  named,
  NV_DefineSpace,
  passwordSession,
  RC,
  RH,
  srkTemplate,
  startSession,
  Startup,
  SU,
  TPMA_NV,
  TpmClient,
} from '../../../core/tpm/index.ts'
import { newTpm } from '../../conformance/tpm-bench.ts'
import { handles, type NamedCommand, wrongHandles, wrongParameters, wrongSessions } from './faulty-commands.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'

const empty = new Uint8Array(0)
const zeros = (size: number): Uint8Array => new Uint8Array(size)
const aes128 = { algorithm: 0x0006, keyBits: 128, mode: 0x0043 } as const

/** What would change the stage: its other faults are those of every command. */
const untried = new Set<number>([CC.Clear, CC.ChangeEPS, CC.ChangePPS, CC.Shutdown])

/** A key, a session of each type, an index and a sequence, under the same handles on every TPM. */
async function setStage(client: TpmClient): Promise<void> {
  const owner = { ...named(RH.owner), auth: passwordSession() }
  await client.run(Startup, {}, { startupType: SU.clear })
  const inSensitive = { userAuth: empty, data: empty }
  const creation = { inSensitive, inPublic: srkTemplate, outsideInfo: empty, creationPCR: [] }
  const { handle } = await client.run(CreatePrimary, { primaryHandle: owner }, creation)
  const sequence = await client.run(HashSequenceStart, {}, { auth: empty, hashAlg: 0x000b })
  const sessions = []
  for (const type of ['hmac', 'policy', 'trial'] as const)
    sessions.push((await startSession(client, { type, hash: 0x000b, random: zeros, symmetric: aes128 })).handle)
  const publicInfo = {
    nvIndex: handles.nvIndex,
    nameAlg: 0x000b,
    attributes: TPMA_NV.of('ownerRead', 'ownerWrite', 'authRead', 'authWrite'),
    authPolicy: empty,
    dataSize: 8,
  }
  await client.run(NV_DefineSpace, { authHandle: owner }, { auth: empty, publicInfo })
  const { key, sequence: expected, hmacSession, policySession, trialSession } = handles
  expect([handle, sequence.handle, ...sessions]).to.deep.equal([
    key,
    expected,
    hmacSession,
    policySession,
    trialSession,
  ])
}

describe('faulty commands are refused as swtpm refuses them', () => {
  const scratch = new Scratch()
  let ours: Tpm
  let reference: SwtpmTransport

  before(async () => {
    const swtpm = await scratch.started(startSwtpm(scratch.folder()))
    ours = newTpm()
    reference = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port: swtpm.port })
    await setStage(new TpmClient({ transmit: async (command) => ours.execute(command) }))
    await setStage(new TpmClient(reference))
  })

  after(() => {
    ours.powerOff()
    reference.close()
  })

  const commands: readonly AnyCommand[] = [...commandTable.values()].map((row) => row.command)
  const tried = commands.filter((command) => !untried.has(command.code))

  const codeOf = (response: Uint8Array): number => new DataView(response.buffer, response.byteOffset).getUint32(6)

  /** Commands that both refuse, each in its own way, in a table: what ours says and what swtpm says. */
  async function differences(faulty: readonly NamedCommand[]): Promise<readonly string[]> {
    const found: string[] = []
    for (const [name, bytes] of faulty) {
      const own = codeOf(await ours.execute(bytes.slice()))
      const known = codeOf(await reference.transmit(bytes))
      if (own !== known && known !== RC.retry)
        found.push(`${name}: ${describeResponseCode(own)}, not ${describeResponseCode(known)}, for ${toHex(bytes)}`)
    }
    return found
  }

  for (const command of tried) {
    it(`${command.name}: handles`, async () => {
      expect(await differences(wrongHandles(command))).to.deep.equal([])
    })
    it(`${command.name}: sessions`, async () => {
      expect(await differences(wrongSessions(command))).to.deep.equal([])
    })
    it(`${command.name}: parameters`, async () => {
      expect(await differences(wrongParameters(command))).to.deep.equal([])
    })
  }

  it('and the stage is as it was', async () => {
    const client = new TpmClient({ transmit: async (command) => ours.execute(command) })
    const found = await client.run(HashSequenceStart, {}, { auth: empty, hashAlg: 0x000b }).catch(() => undefined)
    expect(found?.handle).to.equal(handles.noObject)
  })
})
