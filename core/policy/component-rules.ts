import { isSeparator, type MeasuredEvent, type VerifiedEvidence } from '../evidence/index.ts'
import { eventsOf, isExplained } from './boot-rules.ts'
import { type BootPolicy, type ComponentPlace, type ComponentRule } from './boot-policy.ts'
import { placeText } from './compile.ts'
import { acceptedText, digestText, isAccepted, sourceText } from './digests.ts'
import { type Reason } from './verdict.ts'

/** The components the policy names, and nothing beside them in the PCRs they stand in. */
export function componentRules(policy: BootPolicy, evidence: VerifiedEvidence): readonly Reason[] {
  const { components, pcrs } = policy.release
  const places = components.map(({ place }) => place)
  const toBeComplete = [...new Set(places.map(pcrOfPlace))].filter((pcr) => !pcrs.has(pcr))
  return [
    ...components.map((component) => componentRule(component, evidence)),
    ...toBeComplete.flatMap((pcr) => unlistedRules(pcr, places, evidence)),
  ]
}

function componentRule({ name, place, accepted }: ComponentRule, evidence: VerifiedEvidence): Reason {
  const [event, ...others] = eventsAt(place, evidence)
  const fixed = {
    code: 'component/digest',
    rule: `release.components.${name}`,
    wanted: acceptedText(accepted),
  } as const
  if (event === undefined || others.length > 0) {
    const missing = isExplained(evidence, pcrOfPlace(place)) ? 'not measured' : 'no log explains the PCR'
    return { ...fixed, passed: false, fact: event === undefined ? missing : 'measured twice', source: placeText(place) }
  }
  return {
    ...fixed,
    passed: isAccepted(event.digests, accepted),
    fact: digestText(event.digests, accepted.keys()),
    source: `${sourceText(event)} (${placeText(place)})`,
  }
}

/** Without this a component added behind the known ones would run unseen. */
function unlistedRules(pcr: number, places: readonly ComponentPlace[], evidence: VerifiedEvidence): readonly Reason[] {
  const listed = new Set(places.flatMap((place) => eventsAt(place, evidence)))
  const unlisted = eventsToList(pcr, evidence).filter((event) => !listed.has(event))
  const fixed = { code: 'component/unlisted', rule: 'release.components' } as const
  if (unlisted.length === 0) {
    const wanted = 'nothing beside the named components'
    return [{ ...fixed, passed: true, fact: 'nothing else was measured', wanted, source: `PCR ${pcr}` }]
  }
  return unlisted.map((event) => ({
    ...fixed,
    passed: false,
    fact: `measured as well: ${digestText(event.digests)}`,
    wanted: 'a component for it, or the value of the PCR',
    source: sourceText(event),
  }))
}

/**
 * Everything in a PCR that could be a component. In PCR 11 entering the initrd is none, if it is the last thing that
 * happened: later phases mean that the system runs already.
 */
function eventsToList(pcr: number, { boot, ...evidence }: VerifiedEvidence): readonly MeasuredEvent[] {
  if (pcr === 4) return boot.images
  const events = eventsOf({ boot, ...evidence }, pcr).filter((event) => pcr > 7 || !isSeparator(event))
  if (pcr !== 11) return events

  const [entered] = boot.phases
  const isEntering = entered?.phase === 'enter-initrd' && events.at(-1) === entered.event
  const names = new Set(boot.sections.map(({ nameEvent }) => nameEvent))
  return events.filter((event) => !names.has(event) && !(isEntering && event === entered.event))
}

function eventsAt(place: ComponentPlace, evidence: VerifiedEvidence): readonly MeasuredEvent[] {
  switch (place.kind) {
    case 'event':
      return eventsOf(evidence, place.pcr).slice(place.position - 1, place.position)
    case 'image':
      return evidence.boot.images.slice(place.position - 1, place.position)
    case 'section':
      return evidence.boot.sections.flatMap(({ section, event }) => (section === place.section ? [event] : []))
  }
}

function pcrOfPlace(place: ComponentPlace): number {
  switch (place.kind) {
    case 'event':
      return place.pcr
    case 'image':
      return 4
    case 'section':
      return 11
  }
}
