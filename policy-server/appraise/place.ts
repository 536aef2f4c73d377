import { placeOf } from '../../core/policy/index.ts'
import type { InForce } from '../policies/index.ts'

/**
 * Whether a machine that has started asks from where it may be: from the networks that its rules name, or, where they name
 * none, from the address that it started from. Its key lies on its disk, and a copy of the disk asks from elsewhere.
 */
export function isInPlace(inForce: InForce, address: string, startedFrom: string): boolean {
  if (inForce.kind !== 'one' && inForce.kind !== 'none') return false
  const policy = inForce.kind === 'one' ? inForce.policy : undefined
  const floors = inForce.kind === 'one' ? inForce.policy.floors : inForce.floors
  const place = placeOf(policy, floors, address)
  return place === 'approved' || (place === 'unsaid' && address === startedFrom)
}
