import { type BootPolicy, type Floor } from './boot-policy.ts'
import { networkOf } from './networks.ts'

/** What networks say of an address: that it lies in one of each list, that it does not, or nothing where none is named. */
export type Place = 'approved' | 'elsewhere' | 'unsaid'

/** What a policy and the groups around it say of the address that a machine asks from. */
export function placeOf(
  policy: Pick<BootPolicy, 'admission'> | undefined,
  floors: readonly Pick<Floor, 'admission'>[],
  address: string,
): Place {
  const rules = policy === undefined ? floors : [policy, ...floors]
  const lists = rules.map(({ admission }) => admission.networks).filter(({ length }) => length > 0)
  if (lists.length === 0) return 'unsaid'
  return lists.every((networks) => networkOf(address, networks) !== undefined) ? 'approved' : 'elsewhere'
}
