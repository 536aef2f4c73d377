import type { Store } from '../../store/index.ts'
import { removeResultKeys } from './signing-keys.ts'

/**
 * Ends every key that signs attestation results, now and later: after this a server over the store makes others, and its key set
 * has none of the former. What they have signed is verified no more. It stays on record; gives how many keys there were.
 */
export function retireResultKeys(
  store: Store,
  { unixMs, reason }: { readonly unixMs: number; readonly reason: string },
): Promise<number> {
  return store.transact(async (tx) => {
    const keys = await removeResultKeys(tx)
    await tx.insertInto('retiredResultKeys').values({ keys, reason, retiredUnixMs: unixMs }).execute()
    return keys
  })
}
