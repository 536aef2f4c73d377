import {
  defaultSelection,
  EvidenceError,
  verifyEvidence,
  type PcrSelection,
  type RequestCore,
  type VerifiedEvidence,
} from '../../../core/evidence/index.ts'
import {
  digestAlgorithm,
  extended,
  replay,
  writeEventLog,
  writeUserspaceLog,
  type Event,
  type EventLog,
  type PcrBanks,
  type UserspaceRecord,
} from '../../../core/eventlog/index.ts'
import { ALG, digest, type TPMS_CLOCK_INFO, type TPMT_PUBLIC } from '../../../core/tpm/index.ts'
import { Attester, type QuoteChanges } from './attester.ts'

/** A digest that extends a PCR and stands in no log. */
export interface Unlogged {
  readonly pcr: number
  readonly digests: ReadonlyMap<number, Uint8Array>
}

/**
 * A boot as a test describes it: what was measured, what the log says of it, and what becomes of both on their way to the
 * verifier. Everything that a test does not touch is as an honest machine has it.
 */
export interface SimulatedBoot {
  /** What firmware and loaders measured, in order. */
  readonly log: EventLog
  readonly userspace: readonly UserspaceRecord[]
  readonly unlogged: readonly Unlogged[]
  /** What somebody makes of the log before it is sent: its entries, then its bytes. */
  readonly forgeEvents: (events: readonly Event[]) => readonly Event[]
  readonly forgeLog: (bytes: Uint8Array) => Uint8Array
  readonly forgeUserspace: (bytes: Uint8Array) => Uint8Array
  /** What he makes of the PCR values beside the quote. */
  readonly forgePcrs: (pcrs: PcrBanks) => PcrBanks
  readonly forgeCore: (core: Uint8Array) => Uint8Array
  readonly quote: QuoteChanges
  readonly key: { readonly kind: 'ecdsa' | 'rsassa' | 'rsapss'; readonly hash: number }
  readonly forgeKey: (publicArea: TPMT_PUBLIC) => TPMT_PUBLIC
  /** What the verifier asks to be quoted. */
  readonly asked: PcrSelection
  /** From the last accepted boot, as the verifier remembers it. */
  readonly lastClock: TPMS_CLOCK_INFO | undefined
  readonly volumes: RequestCore['volumes']
  readonly untrustedTexts: readonly string[]
}

const unchanged = <T>(value: T): T => value

/** An honest boot that measured what a log says. */
export function simulate(log: EventLog): SimulatedBoot {
  return {
    log,
    userspace: [],
    unlogged: [],
    forgeEvents: unchanged,
    forgeLog: unchanged,
    forgeUserspace: unchanged,
    forgePcrs: unchanged,
    forgeCore: unchanged,
    quote: {},
    key: { kind: 'ecdsa', hash: ALG.sha256 },
    forgeKey: unchanged,
    asked: defaultSelection,
    lastClock: undefined,
    volumes: [],
    untrustedTexts: [],
  }
}

/** A boot whose log has other entries, all of them measured; they are numbered anew. */
export function withEvents(boot: SimulatedBoot, edit: (events: readonly Event[]) => readonly Event[]): SimulatedBoot {
  return { ...boot, log: { ...boot.log, events: inBanksOf(boot.log, edit(boot.log.events)) } }
}

/** Events with new numbers, and with digests in the banks that the log has. */
export function inBanksOf({ algorithms }: EventLog, events: readonly Event[]): readonly Event[] {
  const banks = new Set(algorithms.map(({ id }) => id))
  const known = events.map((event) =>
    [...event.digests.keys()].every((id) => banks.has(id))
      ? event
      : { ...event, digests: new Map([...event.digests].filter(([id]) => banks.has(id))) },
  )
  return renumbered(known)
}

export function renumbered(events: readonly Event[]): readonly Event[] {
  return events.map((event, at) => ({ ...event, index: at + 1 }))
}

const banks = [ALG.sha1, ALG.sha256, ALG.sha384, ALG.sha512]

/** The digests of what is measured, in the banks of our TPM. */
export function digestsOf(measured: Uint8Array): ReadonlyMap<number, Uint8Array> {
  return new Map(banks.map((hash) => [hash, digest(hash, measured)]))
}

/** An event as firmware measures it in all banks: of these bytes, unless it has other data. */
export function measuredEvent(
  pcr: number,
  untrustedType: number,
  measured: Uint8Array,
  untrustedData = measured,
): Event {
  return { index: 0, pcr, untrustedType, digests: digestsOf(measured), untrustedData }
}

/** The PCR values that the boot leaves behind. */
export function pcrsOf({ log, userspace, unlogged }: SimulatedBoot): PcrBanks {
  const values = new Map([...replay(log, userspace)].map(([hash, bank]) => [hash, new Map(bank)]))
  for (const { pcr, digests } of unlogged)
    for (const [hash, bank] of values) {
      const algorithm = digestAlgorithm(hash)
      const value = bank.get(pcr)
      const added = digests.get(hash)
      if (algorithm !== undefined && value !== undefined && added !== undefined)
        bank.set(pcr, extended(algorithm, value, added))
    }
  return values
}

/**
 * Verifies the evidence of a boot as the server does.
 * @throws EvidenceError
 */
export function verifySimulated(boot: SimulatedBoot): VerifiedEvidence {
  const attester = new Attester(boot.key.kind, boot.key.hash, boot.forgeKey)
  const { lastClock, asked } = boot
  const log = { ...boot.log, events: boot.forgeEvents(boot.log.events) }
  const request: RequestCore = {
    stateGeneration: 1,
    pcrs: pcrsOf(boot),
    eventLog: boot.forgeLog(writeEventLog(log)),
    userspaceLog: boot.forgeUserspace(writeUserspaceLog(boot.userspace)),
    volumes: boot.volumes,
    untrustedTexts: boot.untrustedTexts,
  }
  const evidence = attester.attest(request, { selection: asked, ...boot.quote, forgePcrs: boot.forgePcrs })
  return verifyEvidence(attester.expectation({ lastClock, selection: asked }), {
    ...evidence,
    core: boot.forgeCore(evidence.core),
  })
}

/** The same, with bad evidence as a value. */
export function tryVerifySimulated(boot: SimulatedBoot): VerifiedEvidence | EvidenceError {
  try {
    return verifySimulated(boot)
  } catch (error) {
    if (error instanceof EvidenceError) return error
    throw error
  }
}
