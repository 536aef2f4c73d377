import { effectiveRules } from '../../core/policy/index.ts'
import type { DocumentVersion, EffectivePolicy } from '../../core/rpc/index.ts'
import type { InForce } from '../policies/index.ts'
import type { Row } from '../store/index.ts'

/** What holds for a machine, and which documents say so. */
export function effectiveMessage({ name, groupName }: Row<'machines'>, inForce: InForce): EffectivePolicy {
  const policy = inForce.kind === 'one' ? inForce.policy : undefined
  const floors = inForce.kind === 'none' ? inForce.floors : (policy?.floors ?? [])
  return {
    machine: name,
    group: groupName,
    policy: policy?.name ?? '',
    policyOfGroup: inForce.kind === 'one' ? (inForce.group ?? '') : '',
    documents: [
      ...(inForce.kind === 'one' ? [{ kind: 'BootPolicy', name: inForce.policy.name, version: inForce.version }] : []),
      ...besideMessage(inForce),
    ],
    rules:
      inForce.kind === 'unreadable'
        ? inForce.unreadable.map(({ kind, name: document, why }) => ({
            kind,
            name: document,
            rule: 'unreadable',
            wanted: why,
          }))
        : effectiveRules(policy, floors).map((rule) => ({ ...rule })),
  }
}

/** What takes part beside the policy. */
export function besideMessage({
  groupVersions,
  referenceVersions,
}: Pick<InForce, 'groupVersions' | 'referenceVersions'>): DocumentVersion[] {
  const ofKind = (kind: string, versions: Readonly<Record<string, number>>) =>
    Object.entries(versions).map(([name, version]) => ({ kind, name, version }))
  return [...ofKind('Group', groupVersions), ...ofKind('ReferenceValues', referenceVersions)]
}
