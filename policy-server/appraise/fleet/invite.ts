import { encodeJoinToken } from '../../../core/evidence/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import { machineNamed } from '../../store/index.ts'
import { defaultGroup, type GroupKeys } from '../group-keys.ts'
import type { Parts } from '../parts.ts'
import { sha256 } from '../sha256.ts'

const secretBytes = 16
const defaultValidSeconds = 24 * 60 * 60

export interface Invitation {
  readonly name: string
  /** Empty for the default group. */
  readonly group: string
  /** 0 for a day. */
  readonly validSeconds: number
  readonly operator: string
}

/**
 * Makes a join token for one machine. Only its hash is kept.
 * @throws RpcError `machine/name-taken`.
 */
export async function invite(
  parts: Parts,
  groupKeys: GroupKeys,
  invitation: Invitation,
): Promise<{ readonly token: string; readonly expiresUnixMs: number }> {
  const { store, random, server } = parts
  const nowUnixMs = parts.clock()
  const groupName = invitation.group === '' ? defaultGroup : invitation.group
  await groupKeys.ensure(groupName, nowUnixMs)

  const secret = random(secretBytes)
  const seconds = invitation.validSeconds === 0 ? defaultValidSeconds : invitation.validSeconds
  const expiresUnixMs = nowUnixMs + seconds * 1000
  await store.transact(async (tx) => {
    if ((await machineNamed(tx, invitation.name)) !== undefined) throw new RpcError('machine/name-taken')
    await tx
      .insertInto('joinTokens')
      .values({
        secretSha256: sha256(secret),
        machineName: invitation.name,
        groupName,
        createdUnixMs: nowUnixMs,
        createdBy: invitation.operator,
        expiresUnixMs,
      })
      .execute()
  })
  parts.log.info({ machine: invitation.name, group: groupName, operator: invitation.operator }, 'machine invited')
  const anchorSha256 = sha256(server.anchor)
  const token = { joinAddress: server.joinAddress, anchorSha256, group: groupName, expiresUnixMs, secret }
  return { token: encodeJoinToken(token), expiresUnixMs }
}
