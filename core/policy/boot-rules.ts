import { capPcr, type MeasuredEvent, type VerifiedEvidence } from '../evidence/index.ts'
import { tiers, type BootPolicy, type Tier, type Waiver } from './boot-policy.ts'
import { acceptedText, digestText, isAccepted } from './accepted.ts'
import { hintOf, sourceText } from './labels.ts'
import { type Reason } from './verdict.ts'

/** T0 measures itself, and higher is what a person says of a machine: it satisfies a rule about measurements only where the policy says so in so many words. */
export function tierRule(lowest: Tier, tier: Tier): Reason {
  return {
    code: 'policy/tier',
    passed: tiers.indexOf(tier) >= tiers.indexOf(lowest),
    rule: 'tier',
    fact: tier,
    wanted: lowest === 'T3' ? 'T3' : `${lowest} or higher`,
    source: tier === 'T0' ? 'enrolment' : 'operator',
  }
}

export function clearedRule({ isCleared }: VerifiedEvidence): Reason {
  return {
    code: 'tpm/cleared',
    passed: !isCleared,
    rule: 'always',
    fact: isCleared ? 'all counters of the TPM fell to zero' : 'the counters of the TPM go on',
    wanted: 'counters that go on from the last accepted boot',
    source: 'quote',
  }
}

/** PCR 0 and 4 hold zeros where firmware measured nothing: then everything else may have been measured by anybody. */
export function zeroPcrRules({ pcrs }: VerifiedEvidence): readonly Reason[] {
  return [0, 4].map((pcr) => {
    const values = [...pcrs.banks.values()].map((bank) => bank.get(pcr))
    const isZero = values.some((value) => value === undefined || isAllZero(value))
    return {
      code: 'boot/zero-pcr',
      passed: !isZero,
      rule: 'always',
      fact: isZero ? 'zero' : 'measured',
      wanted: 'a measurement',
      source: `PCR ${pcr}`,
    }
  })
}

/** PFP 3.3.4.1: a second separator would let a loader start the boot anew; the error value says that firmware gave up. */
export function separatorRules({ boot }: VerifiedEvidence): readonly Reason[] {
  return [...boot.separators].map(([pcr, { count, errors }]) => ({
    code: 'boot/separator',
    passed: count === 1 && errors === 0,
    rule: 'always',
    fact: errors > 0 ? 'a separator with the error value' : `${count} separators`,
    wanted: 'one separator without error',
    source: `PCR ${pcr}`,
  }))
}

/** A waiver goes by PCR and digest, never by type or text, which anybody can write into a log. */
export function unknownEventRules(waivers: readonly Waiver[], { boot }: VerifiedEvidence): readonly Reason[] {
  if (boot.unknown.length === 0) return [allKnown]
  return boot.unknown.map((event) => {
    const waiver = waivers.find(({ pcr, accepted }) => pcr === event.pcr && isAccepted(event.digests, accepted))
    return {
      code: 'boot/unknown-event',
      passed: waiver !== undefined,
      rule: waiver === undefined ? 'always' : 'release.waivers',
      fact: waiver === undefined ? digestText(event.digests) : `${digestText(event.digests)}, waived: ${waiver.reason}`,
      wanted: 'an event the profile knows in this PCR, with a digest of its data; or a waiver',
      source: sourceText(event),
      ...hintOf(event, waiver !== undefined),
    }
  })
}

const allKnown: Reason = {
  code: 'boot/unknown-event',
  passed: true,
  rule: 'always',
  fact: 'every event is understood',
  wanted: 'every event understood',
  source: 'PCR 0 to 7',
}

/**
 * Keys are released before the cap only: it shows in a PCR that software cannot bring back to its value before. A policy may
 * name what else was measured there, but no policy lets the cap itself pass.
 */
export function capRule(policy: BootPolicy, { pcrs, isCapped }: VerifiedEvidence): Reason {
  const accepted = policy.release.pcrs.get(capPcr)
  const value = new Map([...pcrs.banks].flatMap(([hash, bank]) => [[hash, bank.get(capPcr)] as const]))
  const isUntouched = value.size > 0 && [...value.values()].every((held) => held !== undefined && isAllZero(held))
  const present = new Map([...value].flatMap(([hash, held]) => (held === undefined ? [] : [[hash, held] as const])))
  return {
    code: 'boot/cap',
    passed: accepted === undefined ? isUntouched : !isCapped && isAccepted(present, accepted),
    rule: accepted === undefined || isCapped ? 'always' : 'release.pcrs',
    fact: isUntouched ? 'untouched' : `${isCapped ? 'capped: ' : ''}${digestText(present)}`,
    wanted: accepted === undefined ? 'untouched' : `${acceptedText(accepted)}${isCapped ? ', before the cap' : ''}`,
    source: `PCR ${capPcr}`,
  }
}

/** A PCR that no log explains may hold anything, so that only its exact value will do. */
export function unexplainedRules(policy: BootPolicy, { log, pcrs }: VerifiedEvidence): readonly Reason[] {
  return [...log.unexplained].map((pcr) => {
    const accepted = policy.release.pcrs.get(pcr)
    const values = new Map(
      [...pcrs.banks].flatMap(([hash, bank]) => [[hash, bank.get(pcr) ?? new Uint8Array()] as const]),
    )
    return {
      code: 'log/unexplained',
      passed: accepted !== undefined && isAccepted(values, accepted),
      rule: accepted === undefined ? 'always' : 'release.pcrs',
      fact: `${digestText(values)}, not explained by any log`,
      wanted:
        accepted === undefined ? 'a log that leads to the value, or the value in the policy' : acceptedText(accepted),
      source: `PCR ${pcr}`,
    }
  })
}

/** Whether the events of a PCR are all there is to say about it. */
export function isExplained({ log }: VerifiedEvidence, pcr: number): boolean {
  return !log.unexplained.has(pcr)
}

/** The events of a PCR, in order. */
export function eventsOf({ log }: VerifiedEvidence, pcr: number): readonly MeasuredEvent[] {
  return log.eventsByPcr.get(pcr) ?? []
}

function isAllZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}
