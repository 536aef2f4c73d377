import { RE2JS, RE2JSException } from 're2js'
import { type ComponentPlace, type ComponentRule } from './boot-policy.ts'
import { acceptedDigests, isEmpty, unique, type Path, type Resolve } from './compile-digests.ts'
import { PolicyFault } from './policy-fault.ts'
import { type BootPolicyDocument } from './schema.ts'
import { type Pattern, type TextRule } from './text-rule.ts'

type ComponentDocument = Exclude<BootPolicyDocument['release']['components'], undefined>[string]

/** @throws PolicyFault */
export function compileComponents(
  components: Readonly<Record<string, ComponentDocument>>,
  path: Path,
  resolve: Resolve,
): readonly ComponentRule[] {
  const taken = new Map<string, string>()
  let instructions = 0
  return Object.entries(components).map(([name, { image, section, pcr, event, text, ...banks }]) => {
    const here = [...path, name]
    const place = placeOf({ image, section, pcr, event, text }, here)
    const spot = placeText(place)
    const other = taken.get(spot)
    if (other !== undefined) throw new PolicyFault(here, `stands for ${spot}, and so does ${other}`)
    taken.set(spot, name)
    const accepted = text !== undefined && isEmpty(banks) ? undefined : acceptedDigests(banks, here, resolve)
    const rule = text && compileText(text, [...here, 'text'])
    instructions += sizeOf(rule)
    if (instructions > mostInstructionsInAll)
      throw new PolicyFault([...here, 'text'], `patterns take more than ${mostInstructionsInAll} steps in all`)
    return { name, place, accepted, text: rule }
  })
}

/** So many in all patterns of a policy. */
const mostInstructionsInAll = 32_768

function sizeOf(rule: TextRule | undefined): number {
  return [...(rule?.words ?? []), ...(rule?.matches ?? [])].reduce(
    (sum, { compiled }) => sum + compiled.programSize(),
    0,
  )
}

function placeOf({ image, section, pcr, event, text }: Partial<ComponentDocument>, path: Path): ComponentPlace {
  const named = [image, section, pcr].filter((value) => value !== undefined)
  if (named.length === 1 && image !== undefined && event === undefined) return { kind: 'image', position: image }
  if (named.length === 1 && section !== undefined && event === undefined) return { kind: 'section', section }
  if (named.length === 1 && pcr !== undefined && event !== undefined) return { kind: 'event', pcr, position: event }
  if (named.length === 1 && pcr !== undefined && text !== undefined) return { kind: 'everyEvent', pcr }
  throw new PolicyFault(
    path,
    'says where it is measured by image, by section, or by pcr and event: exactly one of them; every event of a pcr, where it gives text',
  )
}

/** The place in words. */
export function placeText(place: ComponentPlace): string {
  switch (place.kind) {
    case 'event':
      return `PCR ${place.pcr}, event ${place.position} of that PCR`
    case 'everyEvent':
      return `PCR ${place.pcr}, every event of that PCR`
    case 'image':
      return `PCR 4, image ${place.position}`
    case 'section':
      return `PCR 11, section ${place.section}`
  }
}

/** The PCR that a component there says something of: where one is named, nothing else may be measured. */
export function pcrOfPlace(place: ComponentPlace): number {
  switch (place.kind) {
    case 'event':
    case 'everyEvent':
      return place.pcr
    case 'image':
      return 4
    case 'section':
      return 11
  }
}

function compileText(text: Exclude<ComponentDocument['text'], undefined>, path: Path): TextRule {
  const rule = {
    equals: unique(text.equals ?? [], [...path, 'equals']),
    must: unique(text.must ?? [], [...path, 'must']),
    mustNot: unique(text.mustNot ?? [], [...path, 'mustNot']),
    words: compilePatterns(text.words ?? [], [...path, 'words']),
    matches: compilePatterns(text.matches ?? [], [...path, 'matches']),
  }
  if (Object.values(rule).every((asked) => asked.length === 0))
    throw new PolicyFault(path, 'asks for nothing: give equals, must, mustNot, words or matches')
  return rule
}

/** A pattern is matched in time that grows with the text and with this, and so is its memory. */
const mostInstructions = 2048

function compilePatterns(patterns: readonly string[], path: Path): readonly Pattern[] {
  return unique(patterns, path).map((text, at) => {
    try {
      const compiled = RE2JS.compile(text)
      const size = compiled.programSize()
      if (size > mostInstructions)
        throw new PolicyFault([...path, at], `takes ${size} steps to match, more than ${mostInstructions}: repeat less`)
      return { text, compiled }
    } catch (error) {
      if (error instanceof RE2JSException) throw new PolicyFault([...path, at], `no pattern of RE2: ${error.message}`)
      throw error
    }
  })
}
