/** What a document claims, as its JSON says it. */
export type Claims = Readonly<Record<string, unknown>>

const pointer = /^(?:\/(?:[^~/]|~[01])*)+$/

/** The steps of a JSON Pointer (RFC 6901) into an object; undefined for a text that is none. */
export function pointerSteps(text: string): readonly string[] | undefined {
  if (!pointer.test(text)) return undefined
  const steps = text.slice(1).split('/')
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The claim at the end of these steps, through objects alone: a list has no members that could be asked about. */
export function claimAt(claims: Claims, steps: readonly string[]): unknown {
  let at: unknown = claims
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, step)) return undefined
    at = (at as Claims)[step]
  }
  return at
}
