import { toHex } from '../bytes/index.ts'
import { coversItsData, EV, untrustedHint } from '../eventlog/index.ts'
import { measuredText, type MeasuredEvent, type VerifiedEvidence } from '../evidence/index.ts'
import { alignLists } from './align-lists.ts'
import { eventsOf } from './boot-rules.ts'
import { bankNames, policyBanks } from './banks.ts'
import { noNames, type DigestNames } from './digest-names.ts'
import { certificateText, eventLabel, sectionLabel } from './labels.ts'

const maxLines = 64
const shownDigits = 16
const shownLetters = 120
const firstPcr = 0
const lastPcr = 15
const firstPcrOfTexts = 8
const authoritiesPcr = 7

/** PCRs whose events are told by their own sentences. */
const toldElsewhere: readonly number[] = [4, 7, 11]

/** How the differences of two boots are told. */
interface Telling {
  readonly names: DigestNames
}

/**
 * What is different in the second boot, in words for the security engineer; the most telling first. Nothing, if nothing is.
 * Digests are named where `names` knows them, texts are shown where they were measured.
 */
export function diffBoots(
  before: VerifiedEvidence,
  after: VerifiedEvidence,
  names: DigestNames = noNames,
): readonly string[] {
  const telling: Telling = { names }
  const lines = [
    ...secureBootLines(before, after, telling),
    ...sectionLines(before, after, telling),
    ...imageLines(before, after, telling),
    ...otherLines(before, after, telling),
    ...valueLines(before, after, telling),
    ...(before.quote.firmwareVersion === after.quote.firmwareVersion
      ? []
      : [`the TPM's firmware version changed: ${before.quote.firmwareVersion} -> ${after.quote.firmwareVersion}`]),
  ]
  if (lines.length <= maxLines) return lines
  return [...lines.slice(0, maxLines), `and ${lines.length - maxLines} more differences`]
}

function secureBootLines(before: VerifiedEvidence, after: VerifiedEvidence, telling: Telling): readonly string[] {
  const [was, is] = [before.boot.secureBoot, after.boot.secureBoot]
  const state = was === is ? [] : [`Secure Boot is ${is}: it was ${was}`]
  const variablesBefore = variablesOf(before)
  const variablesAfter = variablesOf(after)
  const names = [...new Set([...variablesBefore.keys(), ...variablesAfter.keys()])].filter(
    (name) => name !== 'SecureBoot',
  )
  const variables = names.flatMap((name) =>
    change(`the Secure Boot variable ${name}`, variablesBefore.get(name), variablesAfter.get(name), telling),
  )
  const authorities = listChanges(
    before.boot.authorities,
    after.boot.authorities,
    () => 'what vouches for images (PCR 7)',
    telling,
  )
  return [...state, ...variables, ...authorities]
}

function variablesOf({ boot }: VerifiedEvidence): ReadonlyMap<string, MeasuredEvent> {
  return new Map(boot.variables.map(({ variable, event }) => [variable.name.replace(/[^\x20-\x7e]/g, '?'), event]))
}

function sectionLines(before: VerifiedEvidence, after: VerifiedEvidence, telling: Telling): readonly string[] {
  const bySection = ({ boot }: VerifiedEvidence) => new Map(boot.sections.map(({ section, event }) => [section, event]))
  const [was, is] = [bySection(before), bySection(after)]
  const sections = [...new Set([...was.keys(), ...is.keys()])]
  return [
    ...sections.flatMap((section) =>
      change(
        `the ${inWords(sectionLabel(section))} (PCR 11, section ${section})`,
        was.get(section),
        is.get(section),
        telling,
      ),
    ),
    ...listChanges(before.boot.strays, after.boot.strays, () => 'an event in PCR 11', telling),
  ]
}

function imageLines(before: VerifiedEvidence, after: VerifiedEvidence, telling: Telling): readonly string[] {
  const { images } = after.boot
  return listChanges(before.boot.images, images, (_, at) => `image ${at + 1} that was started (PCR 4)`, telling)
}

function otherLines(before: VerifiedEvidence, after: VerifiedEvidence, telling: Telling): readonly string[] {
  const lines: string[] = []
  for (let pcr = lastPcr; pcr >= firstPcr; pcr--) {
    if (toldElsewhere.includes(pcr)) continue
    const words = (event: MeasuredEvent, at: number) =>
      pcr >= firstPcrOfTexts
        ? `the ${inWords(eventLabel(event))}, as the log calls it (PCR ${pcr}, event ${at + 1})`
        : `${firmwareWords[pcr] ?? 'the firmware'} (PCR ${pcr}, event ${at + 1})`
    lines.push(...listChanges(eventsOf(before, pcr), eventsOf(after, pcr), words, telling))
  }
  return lines
}

const firmwareWords: Readonly<Record<number, string>> = {
  0: "the firmware's code",
  1: "the firmware's settings",
  2: 'a driver or option ROM',
  3: 'settings of a driver or option ROM',
  5: "the partition table or boot loader's settings",
  6: 'an event of the host platform',
}

/** Values that no log explains, and those that somebody has published: of a firmware, by PCR. */
function valueLines(before: VerifiedEvidence, after: VerifiedEvidence, { names }: Telling): readonly string[] {
  const unexplained = new Set([...before.log.unexplained, ...after.log.unexplained])
  const lines: string[] = []
  for (let pcr = firstPcr; pcr <= lastPcr; pcr++) {
    const [was, is] = [valuesOf(before, pcr), valuesOf(after, pcr)]
    const [wasText, isText] = [was, is].map((values) => valueText(values))
    if (wasText === isText) continue
    const [wasName, isName] = [names.published(was), names.published(is)]
    const named = (text: string | undefined, name: string | undefined) =>
      `${text ?? ''}${name === undefined ? '' : ` (${name})`}`
    const what = unexplained.has(pcr) ? `PCR ${pcr}, which no log explains,` : `PCR ${pcr} as a whole`
    if (unexplained.has(pcr) || wasName !== undefined || isName !== undefined)
      lines.push(`${what} changed: ${named(wasText, wasName)} -> ${named(isText, isName)}`)
  }
  return lines
}

function valuesOf({ pcrs }: VerifiedEvidence, pcr: number): ReadonlyMap<number, Uint8Array> {
  return new Map(
    [...pcrs.banks].flatMap(([hash, bank]) => {
      const value = bank.get(pcr)
      return value === undefined ? [] : [[hash, value] as const]
    }),
  )
}

function valueText(values: ReadonlyMap<number, Uint8Array>): string {
  const [value] = values.values()
  return value === undefined ? 'not quoted' : short(toHex(value))
}

/** Differences of two lists in words. */
function listChanges(
  before: readonly MeasuredEvent[],
  after: readonly MeasuredEvent[],
  words: (event: MeasuredEvent, at: number) => string,
  telling: Telling,
): readonly string[] {
  return alignLists(before, after, digestText).flatMap((one) => {
    switch (one.kind) {
      case 'changed':
        return change(words(one.after, one.at), one.before, one.after, telling)
      case 'added':
        return change(words(one.after, one.at), undefined, one.after, telling)
      case 'missing':
        return change(words(one.before, one.at), one.before, undefined, telling)
      case 'moved':
        return [`${words(one.after, one.at)} stood at place ${one.from + 1} before: ${shown(one.after, telling)}`]
    }
  })
}

function change(
  what: string,
  before: MeasuredEvent | undefined,
  after: MeasuredEvent | undefined,
  telling: Telling,
): readonly string[] {
  if (before === undefined)
    return after === undefined ? [] : [`${what} is new: ${shown(after, telling)}${since(after, telling)}`]
  if (after === undefined) return [`${what} is gone: it was ${shown(before, telling)}`]
  if (digestText(before) === digestText(after)) return []
  return [`${what} changed: ${shown(before, telling)} -> ${shown(after, telling)}${since(after, telling)}`]
}

/** What was measured: its text where that is known to be it, else its digest; and what it was published as, or calls itself. */
function shown(event: MeasuredEvent, { names }: Telling): string {
  const text = event.pcr >= firstPcrOfTexts ? measuredText(event) : undefined
  const name = names.published(event.digests) ?? (text === undefined ? ownName(event) : '')
  return `${text === undefined ? short(digestText(event)) : quoted(text)}${name === '' ? '' : ` (${name})`}`
}

/** The certificate that was measured; of other events of the firmware only what the log says of them. */
function ownName(event: MeasuredEvent): string {
  if (event.pcr >= firstPcrOfTexts || event.log === 'implied') return ''
  if (event.pcr === authoritiesPcr) return certificateText(event) ?? variableText(event)
  const hint = untrustedHint(event)
  return hint === '' ? '' : `the log calls it ${quoted(hint)}`
}

/** The variable that vouched for an image, if the digest is of all that the log says of it; others are told by their name. */
function variableText(event: MeasuredEvent): string {
  const isAuthority = event.untrustedType === EV.EFI_VARIABLE_AUTHORITY
  return isAuthority && coversItsData(event) === true ? untrustedHint(event) : ''
}

/** Where a newcomer was measured before, unless it is published: then it needs no other name. */
function since({ digests }: MeasuredEvent, { names }: Telling): string {
  const earlier = names.published(digests) === undefined ? names.earlier(digests) : undefined
  return earlier === undefined ? '' : `, known from ${earlier}`
}

function quoted(text: string): string {
  return JSON.stringify(text.length > shownLetters ? `${text.slice(0, shownLetters)}...` : text)
}

/** The digest in the first bank that a policy can speak of. */
function digestText({ digests }: MeasuredEvent): string {
  for (const bank of bankNames) {
    const digest = digests.get(policyBanks[bank])
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
