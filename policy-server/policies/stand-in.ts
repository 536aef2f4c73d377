import { documentScope, mostSigners, parsePolicy, type CompiledPolicy, type Group } from '../../core/policy/index.ts'
import type { Row } from '../store/index.ts'

/**
 * A policy in the place of one that cannot be read, for the same machines and groups, so that no other policy comes to judge
 * them; it lets nothing through. Undefined where nobody can say whom it was for.
 */
export function policyStandIn({ name, document, source }: Row<'policies'>): CompiledPolicy | undefined {
  const scope = documentScope(document)
  if (scope === undefined) return undefined
  const named = (names: readonly string[]) => (names.length === 0 ? undefined : [...new Set(names)])
  const nothing = {
    kind: 'BootPolicy',
    name,
    machines: named(scope.machines),
    groups: named(scope.groups),
    tier: 'T3',
    admission: { approval: 'everyBoot', quorum: 8 },
    // Which no boot has: firmware measures itself into PCR 0.
    release: { pcrs: { sha256: { 0: ['00'.repeat(32)] } } },
  }
  return parsePolicy(JSON.stringify(nothing), source)
}

/**
 * A group in the place of one that cannot be read, where it was. What it requires nobody knows; it demands as many signatures as
 * it says, or as anybody can.
 */
export function groupStandIn({ name, document }: Row<'policies'>): Group {
  const scope = documentScope(document)
  const signatures = scope === undefined ? mostSigners : (scope.changes?.signatures ?? 0)
  return {
    kind: 'Group',
    name,
    parent: scope?.parent,
    policy: scope?.policy,
    floor: undefined,
    signatures,
    references: [],
  }
}
