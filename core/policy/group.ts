import { type Floor } from './boot-policy.ts'
import { compileAdmission } from './compile-admission.ts'
import { floorQuote } from './compile-quote.ts'
import { compileRelease } from './compile-release.ts'
import { type GroupDocument } from './group-schema.ts'
import { resolver, type Library, type ResolveIssuer } from './library.ts'
import { PolicyFault } from './policy-fault.ts'

/** A group of machines: where it belongs, which policy judges its machines, and what holds for all of them. */
export interface Group {
  readonly kind: 'Group'
  readonly name: string
  readonly parent: string | undefined
  readonly policy: string | undefined
  readonly floor: Floor | undefined
  /** How many engineers have to sign a change for its machines; none, where it demands nothing. */
  readonly signatures: number
  /** Names of the documents of reference values that it refers to. */
  readonly references: readonly string[]
}

/** @throws PolicyFault */
export function compileGroup(
  { name, parent, policy, changes, require: required }: GroupDocument,
  library: Library,
): Group {
  if (parent === name) throw new PolicyFault(['parent'], `${name} is its own parent`)
  if (parent === undefined && policy === undefined && required === undefined && changes === undefined)
    throw new PolicyFault([], 'says nothing: name a parent, a policy, or what it requires of machines or changes')
  const { resolve, resolveIssuer, used } = resolver(library)
  const floor = required && compileFloor(name, required, resolve, resolveIssuer)
  return { kind: 'Group', name, parent, policy, floor, signatures: changes?.signatures ?? 0, references: used() }
}

function compileFloor(
  group: string,
  { tier, quote, admission, release }: Exclude<GroupDocument['require'], undefined>,
  resolve: Parameters<typeof compileRelease>[2],
  resolveIssuer: ResolveIssuer,
): Floor {
  for (const [part, rules] of Object.entries({ quote, admission, release }))
    if (rules !== undefined && asksNothing(rules)) throw new PolicyFault(['require', part], 'asks for nothing')
  if (tier === undefined && quote === undefined && admission === undefined && release === undefined)
    throw new PolicyFault(['require'], 'asks for nothing: name tier, quote, admission or release')
  const { offDiskFactor, ...start } = admission ?? { approval: 'none' as const, forks: 'hold' as const }
  const { waivers, ...keys } = release ?? {}
  const rules = compileRelease(keys, ['require', 'release'], resolve)
  return {
    group,
    tier,
    quote: floorQuote(quote?.banks, rules, ['require']),
    admission: {
      ...compileAdmission(start, ['require', 'admission'], resolveIssuer),
      requiresOffDiskFactor: offDiskFactor === 'required',
    },
    release: rules,
    forbidsWaivers: waivers === 'none',
  }
}

/** What stands there where nobody wrote it. */
const unwritten: Readonly<Record<string, unknown>> = { approval: 'none', forks: 'hold' }

function asksNothing(rules: object): boolean {
  return Object.entries(rules).every(([name, rule]) => rule === undefined || unwritten[name] === rule)
}
