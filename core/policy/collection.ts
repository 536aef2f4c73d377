import { under, type BootPolicy, type Floor } from './boot-policy.ts'
import { type Group } from './group.ts'
import { type Library } from './library.ts'
import { PolicyFault } from './policy-fault.ts'

/** A chain of groups has no more of them, from a machine's own to the outermost. */
const deepestGroup = 8

/** Documents that stand beside each other, and what they say of each other. */
export class Collection {
  readonly library: Library
  readonly policies: ReadonlyMap<string, BootPolicy>
  readonly groups: ReadonlyMap<string, Group>
  readonly #byMachine = new Map<string, BootPolicy[]>()
  readonly #byGroup = new Map<string, BootPolicy[]>()

  constructor(library: Library, policies: readonly BootPolicy[], groups: readonly Group[]) {
    this.library = library
    this.policies = new Map(policies.map((policy) => [policy.name, policy]))
    this.groups = new Map(groups.map((group) => [group.name, group]))
    for (const policy of policies) {
      for (const machine of policy.machines) entry(this.#byMachine, machine).push(policy)
      for (const group of policy.groups) entry(this.#byGroup, group).push(policy)
    }
    for (const { name, policy: named } of groups) {
      const policy = named === undefined ? undefined : this.policies.get(named)
      const known = policy && entry(this.#byGroup, name)
      if (policy !== undefined && known?.includes(policy) === false) known.push(policy)
    }
  }

  /** Policies that name a machine. */
  ofMachine(name: string): readonly BootPolicy[] {
    return this.#byMachine.get(name) ?? []
  }

  /** Policies that name a group, or that its document names. */
  ofGroup(name: string): readonly BootPolicy[] {
    return this.#byGroup.get(name) ?? []
  }
}

function entry<Value>(map: Map<string, Value[]>, key: string): Value[] {
  const values = map.get(key) ?? []
  map.set(key, values)
  return values
}

/** Whom a policy is for: a machine by name, and the group it was invited into. */
export interface Subject {
  readonly name: string
  readonly groupName: string
}

/** Which policy judges a machine: none, one, or (which `apply` prevents) several that are equally near. */
export type PolicyInForce = {
  /** Documents of the groups that the machine is in, its own first. */
  readonly chain: readonly Group[]
  /** Of these groups, the outermost first. */
  readonly floors: readonly Floor[]
} & (
  | { readonly kind: 'none' }
  | {
      readonly kind: 'one'
      readonly policy: BootPolicy
      /** Where it was found: the group that it is for, or undefined where it names the machine. */
      readonly group: string | undefined
    }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }
)

/**
 * Which policy judges a machine, the first of: one that names the machine; one for its group; one for the parent of that, and
 * so on outwards. What the groups require holds beside it, of every group in the chain.
 */
export function policyInForce(documents: Collection, machine: Subject): PolicyInForce {
  const chain = chainOf(documents, machine.groupName)
  const floors = chain.flatMap(({ floor }) => floor ?? []).reverse()
  const groups = [machine.groupName, ...chain.slice(1).map(({ name }) => name)]
  const places = [
    { group: undefined, policies: documents.ofMachine(machine.name) },
    ...groups.map((group) => ({ group, policies: documents.ofGroup(group) })),
  ]
  const nearest = places.find(({ policies }) => policies.length > 0)
  const [policy, ...others] = nearest?.policies ?? []
  if (policy === undefined) return { kind: 'none', chain, floors }
  if (others.length > 0) return { kind: 'ambiguous', names: [policy, ...others].map(({ name }) => name), chain, floors }
  return { kind: 'one', policy: under(policy, floors), group: nearest?.group, chain, floors }
}

/** Documents of a group and of those around it, the group's own first; it ends where one has no document. */
export function chainOf({ groups }: Pick<Collection, 'groups'>, name: string): readonly Group[] {
  const chain: Group[] = []
  let group = groups.get(name)
  while (group !== undefined && chain.length < deepestGroup && !chain.includes(group)) {
    chain.push(group)
    group = group.parent === undefined ? undefined : groups.get(group.parent)
  }
  return chain
}

/**
 * Refuses a policy that would leave open which one judges a machine.
 * @throws PolicyFault
 */
export function checkPolicyAmong(policy: BootPolicy, documents: Collection): void {
  const isOther = ({ name }: BootPolicy): boolean => name !== policy.name
  const refuse = (kind: 'machine' | 'group', name: string, at: number, other: BootPolicy | undefined): void => {
    if (other !== undefined)
      throw new PolicyFault([`${kind}s`, at], `${policy.name} and ${other.name} would both be for the ${kind} ${name}`)
  }
  for (const [at, name] of policy.machines.entries())
    refuse('machine', name, at, documents.ofMachine(name).find(isOther))
  for (const [at, name] of policy.groups.entries()) refuse('group', name, at, documents.ofGroup(name).find(isOther))
}

/**
 * Refuses a group that is in no place where it could be, or whose policy is not to be found.
 * @throws PolicyFault
 */
export function checkGroupAmong(group: Group, documents: Collection): void {
  const { name, parent, policy } = group
  if (policy !== undefined && !documents.policies.has(policy))
    throw new PolicyFault(['policy'], `there is no BootPolicy named ${policy}: apply it first`)
  if (parent !== undefined && !documents.groups.has(parent))
    throw new PolicyFault(['parent'], `there is no Group named ${parent}: apply it first`)
  const others = [...documents.policies.values()].filter(({ groups }) => groups.includes(name))
  const second = policy === undefined ? undefined : others.find((other) => other.name !== policy)
  if (policy !== undefined && second !== undefined)
    throw new PolicyFault(['policy'], `${policy} and ${second.name} would both be for the group ${name}`)
  refuseCircle(group, documents)
}

function refuseCircle(group: Group, documents: Collection): void {
  const groups = new Map([...documents.groups, [group.name, group]])
  for (const { name } of groups.values()) {
    const chain = chainOf({ groups }, name)
    const around = chain.at(-1)?.parent
    if (around === undefined || !groups.has(around)) continue
    const names = [...chain.map((one) => one.name), around].join(' in ')
    const isCircle = chain.some((one) => one.name === around)
    throw new PolicyFault(
      ['parent'],
      isCircle ? `makes a circle: ${names}` : `is too deep, more than ${deepestGroup} groups: ${names}`,
    )
  }
}
