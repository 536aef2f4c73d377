import { standingOf, type PolicyShelf } from '../../policies/index.ts'
import { eksOf, heldRequest, settledFor, type Row, type Tx } from '../../store/index.ts'
import { pinnedMachine, type MachinePeer } from '../admission/admission-record.ts'
import type { IsLiveOperator } from '../admission/approvals.ts'
import { decodeWords, personsAmong } from '../admission/persons.ts'
import { bootPlatform } from '../platform/record.ts'
import type { Challenge } from './challenge.ts'
import type { ReleaseRecord } from './judge.ts'

/** Reads all that the judgement of a release looks at. */
export async function readReleaseRecord(
  tx: Tx,
  shelf: PolicyShelf,
  peer: MachinePeer,
  asked: { readonly bootId: Uint8Array; readonly challenge: Challenge | undefined; readonly isSpent: boolean },
  { isLiveOperator, nowUnixMs }: { readonly isLiveOperator: IsLiveOperator; readonly nowUnixMs: number },
): Promise<ReleaseRecord> {
  const { machine, identity } = await pinnedMachine(tx, peer)
  const boot = await bootOf(tx, identity, asked.bootId)
  const standing = await standingOf(tx, shelf, machine, nowUnixMs)
  const { policy } = standing
  return {
    machine,
    identity,
    boot,
    ...standing,
    approvedBy: stillApproving(boot, isLiveOperator),
    settledDecision: await settledFor(tx, identity.id),
    volumeKeys: await tx.selectFrom('volumeKeys').selectAll().where('machineId', '=', machine.id).execute(),
    eks: await eksOf(tx, identity.id),
    challenge: asked.challenge,
    isSpent: asked.isSpent,
    peerAddress: peer.address,
    platform: await bootPlatform(policy, boot),
    nowUnixMs,
  }
}

function bootOf(tx: Tx, identity: Row<'identities'>, bootId: Uint8Array): Promise<Row<'boots'> | undefined> {
  return tx
    .selectFrom('boots')
    .selectAll()
    .where('id', '=', bootId)
    .where('identityId', '=', identity.id)
    .executeTakeFirst()
}

/** Who approved a boot, as it was admitted. Boots from before several people could approve one name the held request alone. */
export async function approversOf(tx: Tx, boot: Row<'boots'> | undefined): Promise<readonly string[]> {
  const written = boot?.approvedBy ?? null
  if (written !== null) {
    const { words, names } = decodeWords(written)
    return [...names, ...personsAmong(words)]
  }
  const approved = boot?.approvedDecision ?? null
  const held = approved === null ? undefined : await heldRequest(tx, approved)
  return held?.heldFor === 'approval' && held.resolvedBy !== null ? [held.resolvedBy] : []
}

/** Whose approval of a boot counts still: without a certificate on record, nobody's. */
function stillApproving(boot: Row<'boots'> | undefined, isLiveOperator: IsLiveOperator): readonly string[] {
  const { words } = decodeWords(boot?.approvedBy ?? '[]')
  return personsAmong(words.filter(({ by, key }) => isLiveOperator(by, key)))
}
