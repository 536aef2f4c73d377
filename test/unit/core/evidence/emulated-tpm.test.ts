import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { cap, pcrValues, quote, startUp } from '../../../../agent/attest/index.ts'
import { activeBanks, extendPcr } from '../../../../agent/boot/index.ts'
import { createPrimary } from '../../../../agent/attest/primary-key.ts'
import { manufacture, MemoryStorage, Tpm } from '../../../../agent/vtpm/index.ts'
import {
  attestationKey,
  capPcr,
  defaultSelection,
  encodeRequestCore,
  releaseExtraData,
  selectionOf,
  verifyEvidence,
  type Expectation,
  type VerifiedEvidence,
} from '../../../../core/evidence/index.ts'
import { EV, parseEventLog } from '../../../../core/eventlog/index.ts'
import { evaluateRelease, learnPolicy, parsePolicy, quotedBy } from '../../../../core/policy/index.ts'
import { akTemplate, ALG, TpmClient } from '../../../../core/tpm/index.ts'
import { binding } from '../../../../agent/boot/simulate/attester.ts'
import { recordedLog } from '../../../vectors/vectors.ts'

const random = (size: number) => Uint8Array.from(randomBytes(size))
const akAuth = random(32)
const eventLog = recordedLog('uki-secureboot')

/** A machine with the emulated TPM, into which the recorded boot is measured at each start. */
class Machine {
  readonly #tpm = Tpm.open({
    storage: new MemoryStorage(manufacture({ random })),
    random,
    clock: () => performance.now() | 0,
  })
  readonly client = new TpmClient({ transmit: async (command) => await this.#tpm.execute(command, 0) })

  async boot(): Promise<void> {
    this.#tpm.powerOff()
    this.#tpm.powerOn()
    await startUp(this.client)
    const banks = new Set((await activeBanks(this.client)).map(({ id }) => id))
    for (const { pcr, digests, untrustedType } of parseEventLog(eventLog).events) {
      const wanted = new Map([...digests].filter(([hash]) => banks.has(hash)))
      if (untrustedType !== EV.NO_ACTION) await extendPcr(this.client, pcr, wanted)
    }
  }

  async expectation(lastClock?: Expectation['lastClock']): Promise<Expectation> {
    const { publicArea } = await createPrimary(this.client, akTemplate, akAuth)
    return { key: attestationKey(publicArea), binding, selection: defaultSelection, lastClock }
  }

  async attest(expected: Expectation): Promise<VerifiedEvidence> {
    const { selection } = expected
    const pcrs = await pcrValues(this.client, selection)
    const core = encodeRequestCore({ stateGeneration: 1, pcrs, eventLog, userspaceLog: new Uint8Array(0), volumes: [] })
    const extraData = releaseExtraData({ ...binding, requestCore: core })
    return verifyEvidence(expected, { ...(await quote(this.client, akAuth, extraData, selection)), core })
  }
}

describe('evidence of the emulated TPM', () => {
  it('is accepted, again after a restart, and no longer once the cap is on', async () => {
    const machine = new Machine()
    await machine.boot()
    const first = await machine.attest(await machine.expectation())
    const text = learnPolicy({ name: 'web', machine: 'web-1', tier: 'T0', evidence: first })
    const outcome = (evidence: VerifiedEvidence) =>
      evaluateRelease(parsePolicy(text, 'learnt'), evidence, { tier: 'T0' }).outcome
    expect(outcome(first)).to.equal('allow')

    await machine.boot()
    const expected = await machine.expectation(first.quote.clockInfo)
    expect(outcome(await machine.attest(expected))).to.equal('allow')

    await cap(machine.client, capPcr)
    expect(outcome(await machine.attest(expected))).to.equal('deny')
  })

  it('is quoted in the banks and PCRs that a policy names, and learnt as such', async () => {
    const machine = new Machine()
    await machine.boot()
    const selection = selectionOf([ALG.sha384, ALG.sha256], [0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 15])
    const evidence = await machine.attest({ ...(await machine.expectation()), selection })
    expect([...evidence.pcrs.banks.keys()]).to.deep.equal([ALG.sha256, ALG.sha384])
    const text = learnPolicy({ name: 'web', machine: 'web-1', tier: 'T0', evidence })
    expect(text).to.include('quote: { banks: [sha256, sha384], pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 15] }')
    const policy = parsePolicy(text, 'learnt')
    expect(quotedBy(policy)).to.deep.equal(selection)
    expect(evaluateRelease(policy, evidence, { tier: 'T0' }).outcome).to.equal('allow')
    const usual = await machine.attest(await machine.expectation())
    expect(evaluateRelease(policy, usual, { tier: 'T0' }).outcome).to.equal('deny')
  })
})
