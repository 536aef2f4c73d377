import { parseDocument } from 'yaml'
import { parseSigners, signersName } from '../../core/policy/index.ts'
import type { Row, Store, Tx } from '../store/index.ts'
import { supersedeOthers } from './proposals.ts'
import { unreadableSigners } from './quorum.ts'
import { documentVersion, newestVersion } from './versions.ts'

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
    if (newest === undefined) return undefined
    const readable = await newestReadable(tx, newest.version)
    const { required, liftsDemands } = parseSigners(readable.document, readable.source)
    if (readable.version === newest.version && required === 0 && liftsDemands) return undefined
    const changed = parseDocument(readable.document)
    changed.set('required', 0)
    changed.set('groupDemands', 'lift')
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

/** The newest list that this version of the program can read: one that it cannot is set aside with the quorum. */
async function newestReadable(tx: Tx, newest: number): Promise<Row<'signers'>> {
  for (let version = newest; version > 0; version--) {
    const row = await documentVersion(tx, 'signers', signersName, version)
    if (row !== undefined && unreadableSigners(row) === undefined) return row
  }
  throw new TypeError('no list of signers that ever was in force can be read')
}
