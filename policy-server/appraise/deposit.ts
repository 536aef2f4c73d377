import { equalInConstantTime } from '../../core/bytes/index.ts'
import { settledByPerson } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import type { PolicyShelf } from '../policies/index.ts'
import { startedFrom, type Row, type Tx } from '../store/index.ts'
import { pinnedMachine, type MachinePeer } from './admission/admission-record.ts'
import { policyVerdict } from './admission/judge.ts'
import type { GroupKeys } from './group-keys.ts'
import type { Parts } from './parts.ts'
import { isInPlace } from './place.ts'
import { examined } from './platform/presented.ts'
import type { Reason } from './reasons.ts'
import { recordId } from './record-id.ts'

const maxVolumeKeys = 256 // keyslots of all volumes of one machine

/** The key of a keyslot, as the machine that made it sends it. */
export interface Deposit {
  readonly uuid: Uint8Array
  readonly keyslotDigest: Uint8Array
  readonly key: Uint8Array
}

export interface Deposited {
  readonly keyId: Uint8Array
  readonly version: number
}

/** Where the key of a volume belongs. */
export const volumeContext = (machineId: Uint8Array, volumeId: Uint8Array, version: number) =>
  ({ purpose: 'volume-key', machineId, volumeId, version }) as const

/**
 * Keeps the key of a new keyslot. A keyslot has one key for ever: the same deposit again is the same key, another is
 * refused, so that a thief's machine key cannot put a wrong key in place of the right one.
 * @throws RpcError `boot/refused`, `key/conflict`, `request/too-many`, `identity/unknown`.
 */
export async function depositKey(
  parts: Parts,
  groupKeys: GroupKeys,
  shelf: PolicyShelf,
  peer: MachinePeer,
  deposit: Deposit,
): Promise<Deposited> {
  const { machine } = await parts.store.transact((tx) => pinnedMachine(tx, peer))
  const groupKey = await groupKeys.open(machine.groupName)
  const deposited = await parts.store.transact(async (tx) => {
    await refuseUnlessWelcome(tx, shelf, peer, parts.clock())
    const keys = await tx.selectFrom('volumeKeys').selectAll().where('machineId', '=', peer.id).execute()
    const same = keys.find((key) => isKeyslot(key, deposit))
    if (same !== undefined) {
      const kept = groupKey.unwrap(volumeContext(peer.id, deposit.uuid, same.version), same.wrapped)
      const equal = equalInConstantTime(kept, deposit.key)
      kept.fill(0)
      if (!equal) throw new RpcError('key/conflict')
      return { keyId: same.id, version: same.version }
    }
    if (keys.length >= maxVolumeKeys) throw new RpcError('request/too-many', 'The machine has too many volume keys.')
    const ofVolume = keys.filter(({ uuid }) => Buffer.compare(uuid, deposit.uuid) === 0)
    const version = 1 + Math.max(0, ...ofVolume.map((key) => key.version))
    const keyId = recordId(parts.clock(), parts.random)
    await tx
      .insertInto('volumeKeys')
      .values({
        id: keyId,
        machineId: peer.id,
        groupName: machine.groupName,
        uuid: deposit.uuid,
        keyslotDigest: deposit.keyslotDigest,
        version,
        wrapped: groupKey.wrap(volumeContext(peer.id, deposit.uuid, version), deposit.key),
        origin: 'made by the agent',
        createdUnixMs: parts.clock(),
      })
      .execute()
    return { keyId, version }
  })
  deposit.key.fill(0)
  parts.log.info({ machine: machine.name, version: deposited.version }, 'volume key deposited')
  return deposited
}

/** Whether a stored key is the one of this keyslot of this volume. */
export function isKeyslot(
  key: Row<'volumeKeys'>,
  wanted: { readonly uuid: Uint8Array; readonly keyslotDigest: Uint8Array },
): boolean {
  return Buffer.compare(key.uuid, wanted.uuid) === 0 && Buffer.compare(key.keyslotDigest, wanted.keyslotDigest) === 0
}

/** A document is made for one start: who deposits a key has none to show, and is given nothing. */
const ofStart: ReadonlySet<Reason['code']> = new Set(['admission/platform'] as const)

/** Without the last rule a thief could deposit a key for a volume of his own, and put that in the place of the machine's. */
async function refuseUnlessWelcome(tx: Tx, shelf: PolicyShelf, peer: MachinePeer, nowUnixMs: number): Promise<void> {
  const { machine, identity } = await pinnedMachine(tx, peer)
  const enrolled = machine.state === 'accepted' || machine.state === 'pending'
  if (!enrolled || identity.state !== 'live') throw new RpcError('boot/refused')
  const policy = await shelf.inForce(tx, machine)
  const platform = await examined(policy, undefined, undefined)
  const { reasons } = policyVerdict({ policy, approvedBy: [], peerAddress: peer.address, platform, nowUnixMs })
  const isDenied = reasons.some(({ code, passed }) => !passed && !settledByPerson.has(code) && !ofStart.has(code))
  const place = await startedFrom(tx, identity.id)
  if (isDenied || (place !== undefined && !isInPlace(policy, peer.address, place))) throw new RpcError('boot/refused')
}
