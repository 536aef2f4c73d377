import { parseDocument } from 'yaml'
import { parseSigners, signersName } from '../../core/policy/index.ts'
import type { Store } from '../store/index.ts'
import { supersedeOthers } from './proposals.ts'
import { newestVersion } from './versions.ts'

/** Who is named beside the version: no operator did it. */
const rootOfTheServer = 'root on the server'

/**
 * Takes the quorum away, for engineers who have lost their keys: a version of the list under which nobody has to sign, and that
 * nobody has signed, which stays on record. Gives its number; undefined where nobody has to sign anyway.
 */
export function resetSigners(
  store: Store,
  { unixMs, reason }: { readonly unixMs: number; readonly reason: string },
): Promise<number | undefined> {
  return store.transact(async (tx) => {
    const newest = await newestVersion(tx, 'signers', signersName)
    if (newest === undefined || parseSigners(newest.document, newest.source).required === 0) return undefined
    const changed = parseDocument(newest.document)
    changed.set('required', 0)
    const version = newest.version + 1
    const said = { name: signersName, version, document: changed.toString(), source: newest.source, reason }
    await tx
      .insertInto('signers')
      .values({ ...said, appliedUnixMs: unixMs, appliedBy: rootOfTheServer })
      .execute()
    await supersedeOthers(tx, { kind: 'Signers', name: signersName, number: 0 }, unixMs)
    return version
  })
}
