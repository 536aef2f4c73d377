import { equalInPublic } from '../bytes/index.ts'
import {
  digestAlgorithm,
  EV,
  extendedByAll,
  parseEventLog,
  parseUserspaceLog,
  resetValue,
  startupLocality,
  type DigestAlgorithm,
  type Event,
  type UserspaceRecord,
} from '../eventlog/index.ts'
import { EvidenceError } from './evidence-error.ts'
import { impliedEndings } from './implied-endings.ts'
import { type MeasuredEvent } from './measured-event.ts'
import { isOsSeparator } from './os-separator.ts'
import { type QuotedPcrs } from './quoted-pcrs.ts'
import { refuseMalformed } from './refuse-malformed.ts'

declare const replayed: unique symbol

/** The events of all quoted PCRs that the logs explain. */
export interface ReplayedLog {
  readonly [replayed]: true
  readonly events: readonly MeasuredEvent[]
  /** In the order in which each PCR was extended. */
  readonly eventsByPcr: ReadonlyMap<number, readonly MeasuredEvent[]>
  /** PCRs that the logs do not explain, although they may stay unexplained: policy has to name their values. */
  readonly unexplained: ReadonlySet<number>
}

/** PCRs that systemd extends after the firmware's log has ended (UAPI.7). */
const userspacePcrs: readonly number[] = [11, 12, 15]
const firstPcrAfterFirmware = 8

/**
 * Replays both logs and compares with the quoted values, in every quoted bank.
 * @throws EvidenceError `event-log-malformed`, `userspace-log-malformed`, `log-bank`, `pcr-replay`.
 */
export function replayLog(
  pcrs: QuotedPcrs,
  untrustedEventLog: Uint8Array,
  untrustedUserspaceLog: Uint8Array,
): ReplayedLog {
  const { firmware, locality } = refuseMalformed('event-log-malformed', () => {
    const { events } = parseEventLog(untrustedEventLog, { banks: new Set(pcrs.banks.keys()) })
    return { firmware: events.filter(isExtending), locality: startupLocality(events) }
  })
  const userspace = refuseMalformed('userspace-log-malformed', () => parseUserspaceLog(untrustedUserspaceLog))
  const quotedPcrs = new Set([...pcrs.banks.values()].flatMap((bank) => [...bank.keys()]))
  const fromSystem = userspace.map((record) => withQuotedBanks(fromUserspace(record), pcrs))
  const written = [...firmware.map(fromFirmware), ...fromSystem].filter(({ pcr }) => quotedPcrs.has(pcr))

  const byWritten = byPcr(written)
  const unlike = new Set<number>()
  for (const [hash, values] of pcrs.banks) {
    const algorithm = algorithmOf(hash)
    for (const [pcr, quoted] of values)
      if (!equalInPublic(replayPcr(algorithm, pcr, byWritten.get(pcr) ?? [], locality), quoted)) unlike.add(pcr)
  }
  const implied = [...unlike].flatMap((pcr) => impliedEnding(pcrs, pcr, byWritten.get(pcr) ?? []))
  for (const { pcr } of implied) unlike.delete(pcr)
  const events = implied.length === 0 ? written : [...written, ...implied]
  const measured = implied.length === 0 ? byWritten : byPcr(events)
  const wrong = [...unlike].filter((pcr) => !userspacePcrs.includes(pcr)).sort((left, right) => left - right)
  if (wrong.length > 0) throw new EvidenceError('pcr-replay', `PCR ${wrong.join(', ')}`)

  const explained = unlike.size === 0 ? events : events.filter(({ pcr }) => !unlike.has(pcr))
  const vouched = isSameInAllBanks(pcrs) ? explained : explained.map((event) => withQuotedBanks(event, pcrs))
  const isAsMeasured = vouched === events
  const eventsByPcr = isAsMeasured ? measured : byPcr(vouched)
  return { events: vouched, eventsByPcr, unexplained: unlike } as unknown as ReplayedLog
}

/** What was measured behind the end of the logs, if nothing but that explains the PCR in every bank. */
function impliedEnding(
  { banks }: QuotedPcrs,
  pcr: number,
  written: readonly MeasuredEvent[],
): readonly MeasuredEvent[] {
  const firstIndex = 1 + Math.max(0, ...written.map(({ index }) => index))
  const ending = impliedEndings(pcr, banks.keys(), firstIndex).find((words) =>
    [...banks].every(([hash, values]) => {
      const quoted = values.get(pcr)
      const events = [...written, ...words]
      return quoted === undefined || equalInPublic(replayPcr(algorithmOf(hash), pcr, events, 0), quoted)
    }),
  )
  return ending ?? []
}

function isExtending({ untrustedType }: Event): boolean {
  return untrustedType !== EV.NO_ACTION
}

function fromFirmware({ index, pcr, untrustedType, digests, untrustedData }: Event): MeasuredEvent {
  return { log: 'firmware', index, pcr, untrustedType, digests, untrustedData }
}

/** The system that runs after the firmware extends PCR 0 to 7 by one word only: another event would hide something there. */
function fromUserspace({
  index,
  pcr,
  digests,
  untrustedContentType,
  untrustedContent,
}: UserspaceRecord): MeasuredEvent {
  if (pcr < firstPcrAfterFirmware && !isOsSeparator({ digests }))
    throw new EvidenceError('userspace-log-malformed', `record ${index} is of PCR ${pcr}`)
  const claim = JSON.stringify({ type: untrustedContentType, content: untrustedContent })
  return {
    log: 'userspace',
    index,
    pcr,
    digests,
    untrustedType: EV.IPL,
    untrustedData: new TextEncoder().encode(claim),
  }
}

function replayPcr(
  algorithm: DigestAlgorithm,
  pcr: number,
  events: readonly MeasuredEvent[],
  locality: number,
): Uint8Array {
  const digests = events.map((event) => {
    const digest = event.digests.get(algorithm.id)
    if (digest === undefined)
      throw new EvidenceError('log-bank', `event ${event.index} has no ${algorithm.name} digest`)
    return digest
  })
  return extendedByAll(algorithm, resetValue(pcr, algorithm.digestSize, locality), digests)
}

function byPcr(events: readonly MeasuredEvent[]): ReadonlyMap<number, readonly MeasuredEvent[]> {
  const pcrs = new Map<number, MeasuredEvent[]>()
  for (const event of events) {
    const of = pcrs.get(event.pcr) ?? []
    of.push(event)
    pcrs.set(event.pcr, of)
  }
  return pcrs
}

/** Whether every quoted bank has the same PCRs, so that digests of all of them are vouched for. */
function isSameInAllBanks({ banks }: QuotedPcrs): boolean {
  const [first, ...others] = [...banks.values()]
  return others.every((bank) => bank.size === first?.size && [...bank.keys()].every((pcr) => first.has(pcr)))
}

/** Digests of a bank in which the PCR was not quoted are claims like any other, and are left out. */
function withQuotedBanks(event: MeasuredEvent, { banks }: QuotedPcrs): MeasuredEvent {
  const digests = new Map([...event.digests].filter(([hash]) => banks.get(hash)?.has(event.pcr) === true))
  return { ...event, digests }
}

function algorithmOf(hash: number): DigestAlgorithm {
  const algorithm = digestAlgorithm(hash)
  if (algorithm === undefined) throw new TypeError(`0x${hash.toString(16)} is no bank that can be quoted`)
  return algorithm
}
