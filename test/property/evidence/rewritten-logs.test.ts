import { expect } from 'chai'
import fc from 'fast-check'
import { toHex } from '../../../core/bytes/index.ts'
import { EvidenceError, verifyEvidence, type RequestCore } from '../../../core/evidence/index.ts'
import { EV, parseEventLog, writeEventLog, writeUserspaceLog, type Event } from '../../../core/eventlog/index.ts'
import { evaluateRelease, learnPolicy, parsePolicy, parseReferenceValues } from '../../../core/policy/index.ts'
import { ALG } from '../../../core/tpm/index.ts'
import { Attester } from '../../../agent/boot/simulate/attester.ts'
import {
  digestsOf,
  pcrsOf,
  renumbered,
  simulate,
  verifySimulated,
  withEvents,
} from '../../../agent/boot/simulate/simulated-boot.ts'
import { recordedLog } from '../../vectors/vectors.ts'

const attester = new Attester()
const log = parseEventLog(recordedLog('uki-secureboot'))
const honest = simulate(log)
const quoted: readonly number[] = [ALG.sha256]

/** A learnt policy, and one by values that are known in a bank that nobody quotes. */
const policies = (() => {
  const evidence = verifySimulated(honest)
  const learnt = learnPolicy({ name: 'web', machine: 'web', tier: 'T1', evidence })
  const known = new Set(log.events.map(({ digests }) => toHex(digests.get(ALG.sha384)!)))
  const values = [...known].map((sha384, at) => `{ version: "${at}", sha384: "${sha384}" }`)
  const references = parseReferenceValues(
    `kind: ReferenceValues\nname: known\nsets: { parts: [${values.join(', ')}] }\n`,
    'known',
  )
  const parts = evidence.boot.sections.map(
    ({ section }, at) => `part${at}: { section: ${section}, reference: [known/parts] }`,
  )
  const byReference = `kind: BootPolicy
name: parts
machines: [web]
admission: { approval: everyBoot }
release: { components: { ${parts.join(', ')} } }
`
  return [parsePolicy(learnt, 'learnt'), parsePolicy(byReference, 'parts', new Map([['known', references]]))]
})()

interface Rewriting {
  /** Each for an event, in turn: relabelled, other data, the digests beside the quoted ones. */
  readonly types: readonly number[]
  readonly datas: readonly Uint8Array[]
  readonly beside: 'as the honest boot' | 'as another event' | 'none'
  /** PCRs of which the userspace log speaks, and those of which no log does. */
  readonly moved: readonly number[]
  readonly unlogged: readonly number[]
  readonly texts: readonly string[]
}
const event = fc.constantFrom(...log.events)
/** Often nothing: what is relabelled among the firmware's own is seen at once, and would hide what the rest of it does. */
const seldom = <T>(some: fc.Arbitrary<readonly T[]>) => fc.oneof(fc.constant<readonly T[]>([]), some)

const rewriting: fc.Arbitrary<Rewriting> = fc.record({
  types: seldom(
    fc.array(fc.constantFrom(...Object.values(EV).filter((type) => type !== EV.NO_ACTION)), { maxLength: 4 }),
  ),
  datas: seldom(
    fc.array(
      fc.oneof(
        event.map(({ untrustedData }) => untrustedData),
        fc.uint8Array({ maxLength: 40 }),
      ),
      { maxLength: 4 },
    ),
  ),
  beside: fc.constantFrom('as the honest boot', 'as the honest boot', 'as another event', 'none'),
  moved: fc.subarray([8, 9, 11, 12, 13, 14]),
  unlogged: fc.subarray([11, 12, 15], { maxLength: 1 }),
  texts: fc.array(fc.constantFrom('quiet', 'init=/bin/sh'), { maxLength: 2 }),
})

/** What a machine tells that measured `events`: every digest of a quoted bank stays in its place, everything else is what it likes. */
function told(events: readonly Event[], { types, datas, beside, moved, unlogged, texts }: Rewriting) {
  const boot = withEvents(honest, () => events)
  const forged = boot.log.events.map((one, at) => {
    const model = { 'as the honest boot': log.events[at], 'as another event': log.events.at(-1 - at), none: undefined }
    const claims = [...(model[beside]?.digests ?? [])].filter(([bank]) => !quoted.includes(bank))
    const digests = new Map([...claims, ...[...one.digests].filter(([bank]) => quoted.includes(bank))])
    if (one.untrustedType === EV.NO_ACTION) return one
    const untrustedType = types[at % 7] ?? one.untrustedType
    return { ...one, digests, untrustedType, untrustedData: datas[at % 7] ?? one.untrustedData }
  })
  const logged = forged.filter(({ pcr, untrustedType }) => untrustedType === EV.NO_ACTION || !unlogged.includes(pcr))
  const isMoved = ({ pcr, untrustedType }: Event) => untrustedType !== EV.NO_ACTION && moved.includes(pcr)
  const records = logged.filter(isMoved).map(({ pcr, digests }, index) => ({
    index,
    pcr,
    digests,
    untrustedContentType: 'systemd',
    untrustedContent: {},
  }))
  return {
    stateGeneration: 1,
    pcrs: pcrsOf(boot),
    eventLog: writeEventLog({ ...boot.log, events: renumbered(logged.filter((one) => !isMoved(one))) }),
    userspaceLog: writeUserspaceLog(records),
    volumes: [],
    untrustedTexts: texts,
  }
}

function outcomesOf(request: RequestCore): readonly string[] {
  try {
    const evidence = verifyEvidence(attester.expectation(), attester.attest(request))
    return policies.map((policy) => evaluateRelease(policy, evidence, { tier: 'T1' }).outcome)
  } catch (error) {
    if (error instanceof EvidenceError) return ['bad evidence']
    throw error
  }
}

describe('logs that a machine rewrites as it likes', () => {
  it('get no key for a boot in which any image or part was another', () => {
    const judged = log.events.filter(
      ({ pcr, untrustedType }) => [4, 11].includes(pcr) && untrustedType !== EV.SEPARATOR,
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...judged),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        rewriting,
        (changed, evil, how) => {
          const measured = Uint8Array.of(0xee, ...evil)
          const events = log.events.map((one) => (one === changed ? { ...one, digests: digestsOf(measured) } : one))
          expect(outcomesOf(told(events, how))).to.not.include('allow')
        },
      ),
      { numRuns: 150 },
    )
  })
})
