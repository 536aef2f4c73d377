import {
  isOsSeparator,
  isSeparator,
  measuredText,
  type MeasuredEvent,
  type VerifiedEvidence,
} from '../evidence/index.ts'
import { acceptedText, digestText, isAccepted } from './accepted.ts'
import { eventsOf, isExplained } from './boot-rules.ts'
import { type BootPolicy, type ComponentPlace, type ComponentRule } from './boot-policy.ts'
import { pcrOfPlace, placeText } from './compile-components.ts'
import { hintOf, sourceText } from './labels.ts'
import { outsideRules } from './outside-rules.ts'
import { faultsOf, wantedOf, type TextRule } from './text-rule.ts'
import { type Reason } from './verdict.ts'

type Rules = Pick<BootPolicy, 'release'>

/** The components the policy names, and nothing beside them in the PCRs they stand in. */
export function componentRules(
  { quote, release }: Pick<BootPolicy, 'quote' | 'release'>,
  evidence: VerifiedEvidence,
): readonly Reason[] {
  const { components, pcrs } = release
  const places = components.map(({ place }) => place)
  const toBeComplete = [...new Set(places.map(pcrOfPlace))].filter((pcr) => !pcrs.has(pcr))
  return [
    ...namedComponentRules({ release }, evidence),
    ...outsideRules({ quote, release }, evidence),
    ...toBeComplete.flatMap((pcr) => unlistedRules(pcr, places, evidence)),
  ]
}

/** The components that are named, whatever stands beside them. */
export function namedComponentRules({ release }: Rules, evidence: VerifiedEvidence): readonly Reason[] {
  return release.components.flatMap((component) => componentReasons(component, evidence))
}

function componentReasons(component: ComponentRule, evidence: VerifiedEvidence): readonly Reason[] {
  const { place } = component
  const events = eventsAt(place, evidence)
  const [event, ...others] = events
  if (event === undefined) {
    const missing = isExplained(evidence, pcrOfPlace(place)) ? 'not measured' : 'no log explains the PCR'
    return [notOne(component, missing)]
  }
  const wanted = component.text === undefined ? '' : wantedOf(component.text)
  if (place.kind !== 'everyEvent' && others.length > 0) return [notOne(component, 'measured twice')]
  let textBytes = 0
  return events.flatMap((one) => {
    textBytes += one.untrustedData.length
    const texts = textReasons(component, one, evidence, { wanted, isTooMuch: textBytes > mostTextBytes })
    return [...digestReasons(component, one), ...texts]
  })
}

/** GRUB's commands take some tens of thousands; a machine that measures more would have the server match patterns all day. */
const mostTextBytes = 65_536
/** The kernel takes no more on any architecture. */
const longestText = 4096

function notOne({ name, place, accepted, text }: ComponentRule, fact: string): Reason {
  return {
    code: accepted === undefined ? 'component/text' : 'component/digest',
    passed: false,
    rule: `release.components.${name}`,
    fact,
    wanted: [
      ...(accepted === undefined ? [] : [acceptedText(accepted)]),
      ...(text === undefined ? [] : [wantedOf(text)]),
    ].join('; '),
    source: placeText(place),
  }
}

function digestReasons({ name, place, accepted }: ComponentRule, event: MeasuredEvent): readonly Reason[] {
  if (accepted === undefined) return []
  const passed = isAccepted(event.digests, accepted)
  return [
    {
      code: 'component/digest',
      passed,
      rule: `release.components.${name}`,
      fact: digestText(event.digests, accepted),
      wanted: acceptedText(accepted),
      source: `${sourceText(event)} (${placeText(place)})`,
      ...hintOf(event, passed),
    },
  ]
}

/** The texts that the policy gives are tried as well: what it asks for letter for letter needs nobody's claim. */
function textReasons(
  { name, place, text: rule }: ComponentRule,
  event: MeasuredEvent,
  { untrustedTexts }: VerifiedEvidence,
  { wanted, isTooMuch }: { readonly wanted: string; readonly isTooMuch: boolean },
): readonly Reason[] {
  if (rule === undefined) return []
  const text = measuredText(event, rule.equals, rule.announced ?? [], untrustedTexts)
  const faults = isTooMuch ? ['more was measured here than is looked at'] : faultsIn(text, rule)
  return [
    {
      code: 'component/text',
      passed: faults.length === 0,
      rule: `release.components.${name}.text`,
      fact: [isShown(text) ? JSON.stringify(text) : digestText(event.digests), ...faults].join('; '),
      wanted,
      source: `${sourceText(event)} (${placeText(place)})`,
      ...hintOf(event, faults.length === 0),
    },
  ]
}

const isShown = (text: string | undefined): text is string => text !== undefined && text.length <= longestText

function faultsIn(text: string | undefined, rule: TextRule): readonly string[] {
  if (text === undefined) return ['no text on record has the digest that was measured']
  return isShown(text) ? faultsOf(text, rule) : [`it is longer than ${longestText} letters`]
}

/** Without this a component added behind the known ones would run unseen. */
function unlistedRules(pcr: number, places: readonly ComponentPlace[], evidence: VerifiedEvidence): readonly Reason[] {
  const here = places.filter((place) => pcrOfPlace(place) === pcr)
  const listed = new Set(here.flatMap((place) => eventsAt(place, evidence)))
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
    ...hintOf(event, false),
  }))
}

/**
 * Everything in a PCR that could be a component. In PCR 11 entering the initrd is none, if it is the last thing that
 * happened: later phases mean that the system runs already.
 */
function eventsToList(pcr: number, { boot, ...evidence }: VerifiedEvidence): readonly MeasuredEvent[] {
  if (pcr === 4) return boot.images
  const isParting = pcr > 7 ? isOsSeparator : isSeparator
  const events = eventsOf({ boot, ...evidence }, pcr).filter((event) => !isParting(event))
  if (pcr !== 11) return events

  const [entered] = boot.phases
  const isEntering = entered?.phase === 'enter-initrd' && events.at(-1) === entered.event
  const names = new Set(boot.sections.map(({ nameEvent }) => nameEvent))
  return events.filter((event) => !names.has(event) && !(isEntering && event === entered.event))
}

/** The events that stand at a component's place. */
export function eventsAt(place: ComponentPlace, evidence: VerifiedEvidence): readonly MeasuredEvent[] {
  switch (place.kind) {
    case 'event':
      return nth(eventsOf(evidence, place.pcr), place.position)
    case 'everyEvent':
      return eventsToList(place.pcr, evidence)
    case 'image':
      return nth(evidence.boot.images, place.position)
    case 'section':
      return evidence.boot.sections.flatMap(({ section, event }) => (section === place.section ? [event] : []))
  }
}

/** Counted from 1. */
function nth(events: readonly MeasuredEvent[], position: number): readonly MeasuredEvent[] {
  const event = events[position - 1]
  return event === undefined ? [] : [event]
}
