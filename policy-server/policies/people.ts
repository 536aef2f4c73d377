import { signaturesOf } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import type { Row, Tx } from '../store/index.ts'
import type { PolicyShelf } from './in-force.ts'
import { quorumFor } from './quorum.ts'

/**
 * How many people have to stand behind what is said of a machine beside all documents: as many as sign a change for it, and one
 * where nobody signs.
 * @throws RpcError `policy/unreadable` where nobody can say how many those are.
 */
export async function peopleDemanded(
  tx: Tx,
  shelf: PolicyShelf,
  { groupName }: Pick<Row<'machines'>, 'groupName'>,
  nowUnixMs: number,
): Promise<number> {
  const { collection, unreadable } = await shelf.documents(tx)
  const group = unreadable.find(({ kind }) => kind === 'Group')
  if (group !== undefined)
    throw new RpcError(
      'policy/unreadable',
      `Group ${group.name}, version ${group.version}, cannot be read: ${group.why}`,
    )
  const demand = signaturesOf(collection, groupName)
  const { required } = await quorumFor(tx, { kind: 'BootPolicy', demand }, nowUnixMs)
  return Math.max(1, required)
}
