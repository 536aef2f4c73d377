import { isOsSeparator, isSeparator, type MeasuredEvent, type VerifiedEvidence } from '../evidence/index.ts'
import { digestText } from './accepted.ts'
import { eventsOf, isExplained } from './boot-rules.ts'
import { type BootPolicy, type ReleaseRules } from './boot-policy.ts'
import { pcrOfPlace } from './compile-components.ts'
import { hintOf, sourceText } from './labels.ts'
import { type Reason } from './verdict.ts'

/** Where a unified kernel image is measured, and where what it is given from outside (UAPI.7). */
export const imagePcr = 11
export const givenPcr = 12
export const extensionsPcr = 13
const loadedImagesPcr = 4
const driversPcr = 2

const overrides = [
  { pcr: givenPcr, what: 'a command line, credentials or add-ons' },
  { pcr: extensionsPcr, what: 'system extensions' },
] as const

/** Whether the policy says what has to be in a PCR. */
export function speaksOf({ pcrs, components }: ReleaseRules, pcr: number): boolean {
  return pcrs.has(pcr) || components.some(({ place }) => pcrOfPlace(place) === pcr)
}

/** What may come to the components that a policy names by another PCR than theirs, where the policy does not speak of it. */
export function outsideRules(
  policy: Pick<BootPolicy, 'quote' | 'release'>,
  evidence: VerifiedEvidence,
): readonly Reason[] {
  const { release } = policy
  return [
    ...overrideRules(policy, evidence),
    ...lateDriverRules(release, evidence),
    ...unknownLaterRules(release, evidence),
  ]
}

/**
 * systemd's stub takes a command line, credentials, add-ons and extensions from outside its image and measures them into PCR 12
 * and 13: without this, who names the image and its command line would be answered by another one.
 */
function overrideRules(
  { quote, release }: Pick<BootPolicy, 'quote' | 'release'>,
  evidence: VerifiedEvidence,
): readonly Reason[] {
  if (!speaksOf(release, imagePcr)) return []
  return overrides
    .filter(({ pcr }) => !speaksOf(release, pcr) && isToBeSeen(quote, evidence, pcr))
    .map(({ pcr, what }) => {
      const isUntouched = isZero(evidence, pcr) || isSeparatedOnly(evidence, pcr)
      return {
        code: 'component/overridden',
        passed: isUntouched,
        rule: 'release.components',
        fact: isUntouched ? 'nothing was given from outside the image' : givenText(what, isQuoted(evidence, pcr)),
        wanted: `nothing; or a component in PCR ${pcr}, or its value`,
        source: `PCR ${pcr}`,
      }
    })
}

const givenText = (what: string, isQuoted: boolean): string =>
  isQuoted
    ? `something was given from outside the image: ${what}`
    : `not quoted: nobody knows whether the image was given ${what}`

/**
 * A policy may leave the extensions out of what is quoted, and is warned. Only its own word counts: a challenge may have been
 * made under another policy.
 */
function isToBeSeen({ pcrs }: BootPolicy['quote'], evidence: VerifiedEvidence, pcr: number): boolean {
  return pcr !== extensionsPcr || pcrs.includes(pcr) || isQuoted(evidence, pcr)
}

function isQuoted({ pcrs }: VerifiedEvidence, pcr: number): boolean {
  return [...pcrs.banks.values()].some((bank) => bank.has(pcr))
}

function isZero({ pcrs }: VerifiedEvidence, pcr: number): boolean {
  return [...pcrs.banks.values()].every((bank) => bank.get(pcr)?.every((byte) => byte === 0) === true)
}

function isSeparatedOnly(evidence: VerifiedEvidence, pcr: number): boolean {
  const events = eventsOf(evidence, pcr)
  return isExplained(evidence, pcr) && events.length > 0 && events.every(isOsSeparator)
}

/**
 * What the running system measured where the policy does not speak of the PCR is like what firmware measured: nobody may have
 * to guess what it is.
 */
function unknownLaterRules(release: ReleaseRules, { boot }: VerifiedEvidence): readonly Reason[] {
  return boot.unknownLater
    .filter(({ pcr }) => !speaksOf(release, pcr))
    .map((event) => ({
      code: 'boot/unknown-event',
      passed: false,
      rule: 'always',
      fact: digestText(event.digests),
      wanted: `an event that systemd is known to measure there; or a component in PCR ${event.pcr}, or its value`,
      source: sourceText(event),
      ...hintOf(event, false),
    }))
}

/**
 * Firmware measures a driver into PCR 2, whoever loads it. Behind the separator that is a loader or shell, with a file from the
 * disk: without this it would run beside images of which the policy names every one.
 */
function lateDriverRules(release: ReleaseRules, evidence: VerifiedEvidence): readonly Reason[] {
  if (!speaksOf(release, loadedImagesPcr) || speaksOf(release, driversPcr)) return []
  return lateDrivers(evidence).map((event) => ({
    code: 'component/unlisted',
    passed: false,
    rule: 'release.components',
    fact: `a driver was loaded after the firmware's own: ${digestText(event.digests)}`,
    wanted: `none; or components in PCR ${driversPcr}, or its value`,
    source: sourceText(event),
    ...hintOf(event, false),
  }))
}

function lateDrivers(evidence: VerifiedEvidence): readonly MeasuredEvent[] {
  const events = eventsOf(evidence, driversPcr)
  const separatorAt = events.findIndex(isSeparator)
  return separatorAt < 0 ? [] : events.slice(separatorAt + 1).filter((event) => !isSeparator(event))
}
