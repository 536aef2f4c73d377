import { toHex } from '../bytes/index.ts'
import { type MeasuredEvent, type VerifiedEvidence } from '../evidence/index.ts'
import { eventsOf } from './boot-rules.ts'
import { policyBanks, type PolicyBank } from './banks.ts'
import { eventLabel, sectionLabel } from './labels.ts'

const maxLines = 64
const shownDigits = 16
const firstPcr = 0
const lastPcr = 15

/** PCRs whose events are told by their own sentences. */
const toldElsewhere: readonly number[] = [4, 7, 11]

/** What is different in the second boot, in words for the security engineer; the most telling first. Nothing, if nothing is. */
export function diffBoots(before: VerifiedEvidence, after: VerifiedEvidence): readonly string[] {
  const lines = [
    ...secureBootLines(before, after),
    ...sectionLines(before, after),
    ...imageLines(before, after),
    ...otherLines(before, after),
    ...unexplainedLines(before, after),
    ...(before.quote.firmwareVersion === after.quote.firmwareVersion
      ? []
      : [`the TPM's firmware version changed: ${before.quote.firmwareVersion} -> ${after.quote.firmwareVersion}`]),
  ]
  if (lines.length <= maxLines) return lines
  return [...lines.slice(0, maxLines), `and ${lines.length - maxLines} more differences`]
}

function secureBootLines(before: VerifiedEvidence, after: VerifiedEvidence): readonly string[] {
  const [was, is] = [before.boot.secureBoot, after.boot.secureBoot]
  const state = was === is ? [] : [`Secure Boot is ${is}: it was ${was}`]
  const variablesBefore = variablesOf(before)
  const variablesAfter = variablesOf(after)
  const names = [...new Set([...variablesBefore.keys(), ...variablesAfter.keys()])].filter(
    (name) => name !== 'SecureBoot',
  )
  const variables = names.flatMap((name) =>
    change(`the Secure Boot variable ${name}`, variablesBefore.get(name), variablesAfter.get(name)),
  )
  const authorities = listChanges(
    before.boot.authorities,
    after.boot.authorities,
    () => 'what vouches for images (PCR 7)',
  )
  return [...state, ...variables, ...authorities]
}

function variablesOf({ boot }: VerifiedEvidence): ReadonlyMap<string, MeasuredEvent> {
  return new Map(boot.variables.map(({ variable, event }) => [variable.name.replace(/[^\x20-\x7e]/g, '?'), event]))
}

function sectionLines(before: VerifiedEvidence, after: VerifiedEvidence): readonly string[] {
  const bySection = ({ boot }: VerifiedEvidence) => new Map(boot.sections.map(({ section, event }) => [section, event]))
  const [was, is] = [bySection(before), bySection(after)]
  const sections = [...new Set([...was.keys(), ...is.keys()])]
  return [
    ...sections.flatMap((section) =>
      change(`the ${inWords(sectionLabel(section))} (PCR 11, section ${section})`, was.get(section), is.get(section)),
    ),
    ...listChanges(before.boot.strays, after.boot.strays, () => 'an event in PCR 11'),
  ]
}

function imageLines(before: VerifiedEvidence, after: VerifiedEvidence): readonly string[] {
  return listChanges(before.boot.images, after.boot.images, (_, at) => `image ${at + 1} that was started (PCR 4)`)
}

function otherLines(before: VerifiedEvidence, after: VerifiedEvidence): readonly string[] {
  const lines: string[] = []
  for (let pcr = lastPcr; pcr >= firstPcr; pcr--) {
    if (toldElsewhere.includes(pcr)) continue
    lines.push(
      ...listChanges(eventsOf(before, pcr), eventsOf(after, pcr), (event, at) =>
        pcr >= 8
          ? `the ${inWords(eventLabel(event))}, as the log calls it (PCR ${pcr}, event ${at + 1})`
          : `${firmwareWords[pcr] ?? 'the firmware'} (PCR ${pcr}, event ${at + 1})`,
      ),
    )
  }
  return lines
}

const firmwareWords: Readonly<Record<number, string>> = {
  0: "the firmware's code",
  1: "the firmware's settings",
  2: 'an option ROM',
  3: 'settings of an option ROM',
  5: "the partition table or boot loader's settings",
  6: 'an event of the host platform',
}

function unexplainedLines(before: VerifiedEvidence, after: VerifiedEvidence): readonly string[] {
  const pcrs = [...new Set([...before.log.unexplained, ...after.log.unexplained])]
  return pcrs.flatMap((pcr) => {
    const [was, is] = [before, after].map(({ pcrs: { banks } }) => [...banks.values()][0]?.get(pcr))
    const text = (value: Uint8Array | undefined) => (value === undefined ? 'not quoted' : short(toHex(value)))
    return text(was) === text(is) ? [] : [`PCR ${pcr}, which no log explains, changed: ${text(was)} -> ${text(is)}`]
  })
}

/** Differences of two lists, their common beginning and end left out: events that moved are not called changed. */
function listChanges(
  before: readonly MeasuredEvent[],
  after: readonly MeasuredEvent[],
  words: (event: MeasuredEvent, at: number) => string,
): readonly string[] {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && isSame(before[head], after[head])) head++
  let tail = 0
  while (tail < shorter - head && isSame(before.at(-1 - tail), after.at(-1 - tail))) tail++

  const gone = before.slice(head, before.length - tail)
  const come = after.slice(head, after.length - tail)
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, at) => {
    const named = come[at] ?? gone[at]
    return named === undefined ? [] : change(words(named, head + at), gone[at], come[at])
  }).flat()
}

function isSame(left: MeasuredEvent | undefined, right: MeasuredEvent | undefined): boolean {
  return left !== undefined && right !== undefined && textOf(left) === textOf(right)
}

function change(what: string, before: MeasuredEvent | undefined, after: MeasuredEvent | undefined): readonly string[] {
  if (before === undefined && after === undefined) return []
  if (before === undefined) return [`${what} is new: ${short(textOf(after))}`]
  if (after === undefined) return [`${what} is gone: it was ${short(textOf(before))}`]
  return textOf(before) === textOf(after)
    ? []
    : [`${what} changed: ${short(textOf(before))} -> ${short(textOf(after))}`]
}

/** The digest in the first bank that a policy can speak of. */
function textOf(event: MeasuredEvent | undefined): string {
  for (const bank of Object.keys(policyBanks) as PolicyBank[]) {
    const digest = event?.digests.get(policyBanks[bank])
    if (digest !== undefined) return toHex(digest)
  }
  return 'unknown'
}

function short(digest: string): string {
  return digest.length > shownDigits ? `${digest.slice(0, shownDigits)}...` : digest
}

/** `commandLine` as `command line`. */
function inWords(label: string): string {
  return label.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
