import { expect } from 'chai'
import fc from 'fast-check'
import { toHex } from '../../../core/bytes/index.ts'
import { EvidenceError, verifyEvidence, type PcrSelection, type RequestCore } from '../../../core/evidence/index.ts'
import { EV, parseEventLog, type Event, type PcrBanks } from '../../../core/eventlog/index.ts'
import { evaluateRelease, learnPolicy, parsePolicy, type Outcome } from '../../../core/policy/index.ts'
import {
  ALG,
  decode,
  digest,
  encode,
  selectPcrs,
  TPMS_ATTEST,
  TPMT_SIGNATURE,
  type TPML_PCR_SELECTION,
} from '../../../core/tpm/index.ts'
import { applyChange, changeSchema } from '../../../agent/boot/simulate/changes.ts'
import { Attester, type QuoteChanges } from '../../../agent/boot/simulate/attester.ts'
import {
  simulate,
  tryVerifySimulated,
  verifySimulated,
  type SimulatedBoot,
} from '../../../agent/boot/simulate/simulated-boot.ts'
import { recordedRequest } from '../../fakes/attester-request.ts'
import { recordedLog } from '../../vectors/vectors.ts'

const attester = new Attester()
const expectation = attester.expectation()
const core = recordedRequest('uki-secureboot')
const log = parseEventLog(recordedLog('uki-secureboot'))
const boot = simulate(log)
const policy = parsePolicy(
  learnPolicy({ name: 'web', machine: 'web-1', tier: 'T1', evidence: verifySimulated(boot) }),
  'learnt',
)
type Judged = Outcome | 'bad evidence'

function judged(request: RequestCore, changes: QuoteChanges): Judged {
  try {
    const evidence = verifyEvidence(expectation, attester.attest(request, changes))
    return evaluateRelease(policy, evidence, { tier: 'T1' }).outcome
  } catch (error) {
    if (error instanceof EvidenceError) return 'bad evidence'
    throw error
  }
}

/** A value like another, altered in one place: a number, a bit, a length, an order, a repetition. */
function altered<T>(value: T, pick: () => number): T {
  const some = (max: number) => pick() % max
  if (typeof value === 'bigint') return ((value + BigInt(1 + some(5))) & 0xffff_ffff_ffff_ffffn) as T
  if (typeof value === 'number') return (value ^ (1 << some(16))) as T
  if (value instanceof Uint8Array) {
    if (value.length === 0 || some(3) === 0) return Uint8Array.of(...value, some(256)) as T
    if (some(2) === 0) return value.slice(some(2), value.length - some(2) - 1) as T
    return value.map((byte, at) => (at === some(value.length) ? byte ^ 0x40 : byte)) as T
  }
  if (Array.isArray(value)) {
    const items = value as unknown[]
    const how = some(4)
    if (how === 0) return [...items, ...items] as T
    if (how === 1) return items.slice(1) as T
    return items.map((item, at) => (at === some(items.length) ? altered(item, pick) : item)) as T
  }
  const entries = Object.entries(value as object)
  const [name, old] = entries[some(entries.length)] ?? []
  return name === undefined ? value : { ...value, [name]: altered<unknown>(old, pick) }
}
const picks = fc.infiniteStream(fc.nat()).map((stream) => () => stream.next().value as number)

describe('forged quotes', () => {
  it('are never believed, whatever field of what was signed is another', () => {
    const honest = attester.attest(core)
    const attest = decode(TPMS_ATTEST, honest.attest)
    fc.assert(
      fc.property(picks, (pick) => {
        let bytes: Uint8Array
        try {
          bytes = encode(TPMS_ATTEST, altered(attest, pick))
        } catch {
          return
        }
        fc.pre(toHex(bytes) !== toHex(honest.attest))
        expect(() => verifyEvidence(expectation, { ...honest, attest: bytes })).to.throw(EvidenceError)
      }),
      { numRuns: 150 },
    )
  })

  it('are never believed, whatever field of the signature is another', () => {
    for (const kind of ['ecdsa', 'rsassa', 'rsapss'] as const) {
      const by = new Attester(kind)
      const honest = by.attest(core)
      const signature = decode(TPMT_SIGNATURE, honest.signature)
      fc.assert(
        fc.property(picks, (pick) => {
          let bytes: Uint8Array
          try {
            bytes = encode(TPMT_SIGNATURE, altered(signature, pick))
          } catch {
            return
          }
          fc.pre(toHex(bytes) !== toHex(honest.signature))
          expect(() => verifyEvidence(by.expectation(), { ...honest, signature: bytes })).to.throw(EvidenceError)
        }),
        { numRuns: 60 },
      )
    }
  })

  it('of other PCRs, banks or orders are none, even where the TPM made them of true values', () => {
    const bank = fc.record({
      hash: fc.constantFrom<number>(ALG.sha1, ALG.sha256, ALG.sha384, ALG.sha512),
      pcrs: fc.subarray(Array.from({ length: 16 }, (_, pcr) => pcr)),
    })
    const asked = (selection: PcrSelection) => JSON.stringify(selection) === JSON.stringify(expectation.selection)
    fc.assert(
      fc.property(fc.array(bank, { maxLength: 4 }), (selection) => {
        fc.pre(!asked(selection))
        expect(judged(core, { selection })).to.equal('bad evidence')
      }),
      { numRuns: 60 },
    )
  })

  it('whose digest is over the values in another order, bank or hash are none', () => {
    const pcrs = expectation.selection[0]?.pcrs ?? []
    const valuesOf = (hash: number, order: readonly number[]) => order.map((pcr) => core.pcrs.get(hash)!.get(pcr)!)
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...pcrs], { minLength: 1 }),
        fc.constantFrom<number>(ALG.sha1, ALG.sha256, ALG.sha384),
        fc.constantFrom<number>(ALG.sha1, ALG.sha256, ALG.sha384),
        (order, bank, hash) => {
          fc.pre(bank !== ALG.sha256 || hash !== ALG.sha256 || order.join() !== pcrs.join())
          const pcrSelect: TPML_PCR_SELECTION = [selectPcrs(ALG.sha256, pcrs)]
          const attested = { pcrSelect, pcrDigest: digest(hash, ...valuesOf(bank, order)) }
          expect(judged(core, { attest: (attest) => ({ ...attest, attested }) })).to.equal('bad evidence')
        },
      ),
      { numRuns: 60 },
    )
  })

  it('gain nothing by values that were not quoted, and nothing by values in other places', () => {
    const pcrs = expectation.selection[0]?.pcrs ?? []
    const swapped = (left: number, right: number) => (banks: PcrBanks) => {
      const bank = new Map(banks.get(ALG.sha256))
      bank.set(left, banks.get(ALG.sha256)!.get(right)!).set(right, banks.get(ALG.sha256)!.get(left)!)
      return new Map([...banks, [ALG.sha256, bank]])
    }
    fc.assert(
      fc.property(fc.constantFrom(...pcrs), fc.constantFrom(...pcrs), (left, right) => {
        const [one, other] = [left, right].map((pcr) => toHex(core.pcrs.get(ALG.sha256)!.get(pcr)!))
        const outcome = judged(core, { forgePcrs: swapped(left, right) })
        expect(outcome).to.equal(one === other ? 'allow' : 'bad evidence')
      }),
      { numRuns: 40 },
    )
    const more = (banks: PcrBanks) =>
      new Map([
        ...banks,
        [ALG.sha384, new Map([[4, new Uint8Array(48)]])],
        [ALG.sha256, new Map([...banks.get(ALG.sha256)!, [16, new Uint8Array(32)], [23, new Uint8Array(32)]])],
      ])
    expect(judged(core, { forgePcrs: more })).to.equal('allow')
  })
})

const meaningless = new Set(
  [
    Uint8Array.of(0, 0, 0, 0),
    Uint8Array.of(255, 255, 255, 255),
    new TextEncoder().encode('Calling EFI Application from Boot Option'),
  ].map((bytes) => toHex(digest(ALG.sha256, bytes))),
)

/** What was measured, by PCR, without what means nothing: separators of either ordinary value, and a remark of the firmware. */
function measuredIn(events: readonly Event[]): string {
  const rows = events
    .filter(({ untrustedType, pcr }) => untrustedType !== EV.NO_ACTION && pcr !== 10)
    .map(({ pcr, digests }) => [pcr, toHex(digests.get(ALG.sha256)!)] as const)
    .filter(([, measured]) => !meaningless.has(measured))
  return Array.from({ length: 16 }, (_, at) => rows.filter(([pcr]) => pcr === at).join()).join(';')
}

const index = fc.integer({ min: 1, max: log.events.length })
const pcr = fc.integer({ min: 0, max: 15 })
const text = fc.string({ minLength: 1, maxLength: 12 }).map((end) => `x${end}`)
const type = fc.constantFrom('EV_IPL', 'EV_NO_ACTION', 'EV_SEPARATOR', 'EV_EFI_ACTION', 'EV_EFI_VARIABLE_BOOT', 4660)
const verbs = {
  remove: index.map((at) => ({ remove: [at] })),
  replace: fc.record({ event: index, measured: text }).map((replace) => ({ replace })),
  insert: fc.record({ pcr, type, measured: text, before: index }).map((insert) => ({ insert })),
  swap: fc.tuple(index, index).map((swap) => ({ swap })),
  repeat: index.map((repeat) => ({ repeat })),
  move: fc.record({ event: index, pcr }).map((move) => ({ move })),
  zero: pcr.map((at) => ({ zero: [at] })),
  unlogged: fc.record({ pcr, measured: text }).map((unlogged) => ({ unlogged })),
  hide: index.map((at) => ({ hide: [at] })),
  claim: fc.record({ pcr, type, measured: text, before: index }).map((claim) => ({ claim })),
  relabel: fc.record({ event: index, type, data: text }).map((relabel) => ({ relabel })),
  relocate: fc.record({ event: index, pcr }).map((relabel) => ({ relabel })),
  reorderLog: fc.tuple(index, index).map((reorderLog) => ({ reorderLog })),
} as const

describe('a boot that measured something else, and lies about it', () => {
  it('is never allowed, in whatever way both are combined', () => {
    const honest = measuredIn(log.events)
    const change = fc.oneof(...Object.values(verbs))
    let allowed = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (given) => {
        const [forged, evidence] = attempted(given) ?? []
        if (forged === undefined) return
        if (evidence === undefined || evidence instanceof EvidenceError) return
        if (evaluateRelease(policy, evidence, { tier: 'T1' }).outcome !== 'allow') return
        allowed += 1
        expect(forged.unlogged.filter(({ pcr: at }) => at !== 10)).to.deep.equal([])
        expect(measuredIn(forged.log.events)).to.equal(honest)
      }),
      { numRuns: 300 },
    )
    expect(allowed, 'lies that change nothing are among them').to.be.greaterThan(0)
  })

  it('is allowed under any lie about digests that nothing vouches for', () => {
    fc.assert(
      fc.property(index, fc.uint8Array({ minLength: 48, maxLength: 48 }), (at, lie) => {
        const forged = {
          ...boot,
          forgeEvents: (events: readonly Event[]) =>
            events.map((event) =>
              event.index === at ? { ...event, digests: new Map([...event.digests, [ALG.sha384, lie]]) } : event,
            ),
        }
        const evidence = tryVerifySimulated(forged)
        if (evidence instanceof EvidenceError) throw evidence
        expect(evidence.log.events.every(({ digests }) => !digests.has(ALG.sha384))).to.equal(true)
        expect(evaluateRelease(policy, evidence, { tier: 'T1' }).outcome).to.equal('allow')
      }),
      { numRuns: 30 },
    )
  })
})

/** The boot so changed, and what the verifier says of it; nothing where there is no such event to change. */
function attempted(
  given: readonly object[],
): readonly [SimulatedBoot, ReturnType<typeof tryVerifySimulated>] | undefined {
  try {
    const forged = given.map((one) => changeSchema.parse(one)).reduce(applyChange, boot)
    return [forged, tryVerifySimulated(forged)]
  } catch (error) {
    if (error instanceof Error && error.name === 'ChangeError') return undefined
    throw error
  }
}
