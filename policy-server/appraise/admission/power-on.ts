import { encodeJoinToken } from '../../../core/evidence/index.ts'
import { encodeRekeyOrder, encodeStateKeys, p256PublicKey, sealPurpose, sealTo } from '../../../core/keys/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import type { GroupKey } from '../../keys/index.ts'
import type { PolicyShelf } from '../../policies/index.ts'
import { heldRequest } from '../../store/index.ts'
import type { GroupKeys } from '../group-keys.ts'
import type { Parts } from '../parts.ts'
import { presentedWith } from '../platform/presented.ts'
import { sha256 } from '../sha256.ts'
import { admit, type Admission } from './admit.ts'
import { pinnedMachine, readAdmissionRecord, type MachinePeer } from './admission-record.ts'
import type { HeldStreams } from './held-streams.ts'
import type { PowerOnRequest } from './judge.ts'

/** What travels to the machine, in this order: `held` any number of times, then one of the others. */
export type PowerOnEvent =
  | { readonly kind: 'held'; readonly decision: number }
  | {
      readonly kind: 'admitted'
      readonly decision: number
      readonly bootId: Uint8Array
      readonly sealedStateKeys: string
    }
  | { readonly kind: 'rekey'; readonly decision: number; readonly sealedRekey: string }

export interface PowerOnContext {
  readonly parts: Parts
  readonly groupKeys: GroupKeys
  readonly shelf: PolicyShelf
  readonly held: HeldStreams
  /** How long a request waits for a person. */
  readonly heldTimeoutMs: number
}

/**
 * Gate 1 as a stream of events; ends after `admitted` or `rekey`.
 * @throws RpcError `boot/refused` with the decision, `boot/held-expired`, `boot/superseded`, `identity/unknown`.
 */
export async function* powerOn(
  context: PowerOnContext,
  peer: MachinePeer,
  request: PowerOnRequest,
  gone: AbortSignal,
): AsyncGenerator<PowerOnEvent, void, void> {
  const { parts } = context
  p256PublicKey(request.oneTimePublicKey)
  const { machine } = await parts.store.transact((tx) => pinnedMachine(tx, peer))
  const groupKey = await context.groupKeys.open(machine.groupName)
  const bound = { ...request, serverId: parts.ca.serverId, machineId: peer.id }
  const presented = presentedWith(bound, parts.clock())
  const heldUntil = parts.clock() + context.heldTimeoutMs

  for (;;) {
    const { random, isLiveOperator } = parts
    const work = { shelf: context.shelf, isLiveOperator, presented, groupKey, random, nowUnixMs: parts.clock() }
    const admission = await parts.store.transact((tx) => admit(tx, work, peer, request))
    const { outcome, decision } = admission
    parts.log.info({ machine: machine.name, peer: peer.address, outcome, decision }, 'admission')
    switch (admission.outcome) {
      case 'refused':
        throw new RpcError('boot/refused', undefined, { decision: BigInt(decision) })
      case 'admitted':
        yield {
          kind: 'admitted',
          decision,
          bootId: admission.bootId,
          ...(await sealKeys(groupKey, peer, request, admission)),
        }
        return
      case 'rekeyed':
        yield { kind: 'rekey', decision, ...(await sealRekey(parts, groupKey, peer, request, admission)) }
        return
      case 'held':
        yield { kind: 'held', decision }
        await waitForPerson(context, peer, request, admission, { timeoutMs: heldUntil - parts.clock(), gone })
    }
  }
}

async function waitForPerson(
  { parts, shelf, held }: PowerOnContext,
  peer: MachinePeer,
  request: PowerOnRequest,
  { decision, favour: before }: Extract<Admission, { outcome: 'held' }>,
  limits: { readonly timeoutMs: number; readonly gone: AbortSignal },
): Promise<void> {
  const changed = () =>
    parts.store.transact(async (tx) => {
      const { isLiveOperator } = parts
      const work = { shelf, isLiveOperator, presented: undefined, nowUnixMs: parts.clock() }
      const { machine, favour } = await readAdmissionRecord(tx, work, peer, request)
      const isResolved = (await heldRequest(tx, decision))?.resolution !== null
      return isResolved || favour?.decision !== before || machine.state === 'locked' || machine.state === 'removed'
    })
  const why = await held.wait(peer.id, limits, changed)
  switch (why) {
    case 'look-again':
      return
    case 'superseded':
      throw new RpcError('boot/superseded')
    case 'stopping':
      throw new RpcError('server/sealed', 'The server is stopping; ask again.')
    case 'expired':
    case 'gone':
      throw new RpcError('boot/held-expired', undefined, { decision: BigInt(decision) })
  }
}

async function sealKeys(
  groupKey: GroupKey,
  peer: MachinePeer,
  { oneTimePublicKey: publicPoint }: PowerOnRequest,
  { bootId, decision, stateKeys }: Extract<Admission, { outcome: 'admitted' }>,
): Promise<{ readonly sealedStateKeys: string }> {
  const opened = openStateKeys(groupKey, peer, stateKeys)
  const plaintext = encodeStateKeys(opened)
  const binding = { purpose: sealPurpose.stateKeys, bootId, decision: BigInt(decision) }
  const sealedStateKeys = await sealTo({ ...binding, publicPoint, plaintext })
  for (const secret of [plaintext, ...opened.map(({ key }) => key)]) secret.fill(0)
  return { sealedStateKeys }
}

async function sealRekey(
  { server }: Parts,
  groupKey: GroupKey,
  peer: MachinePeer,
  { oneTimePublicKey: publicPoint }: PowerOnRequest,
  admission: Extract<Admission, { outcome: 'rekeyed' }>,
): Promise<{ readonly sealedRekey: string }> {
  const [opened] = openStateKeys(groupKey, peer, admission.stateKeys)
  if (opened === undefined) throw new TypeError('a re-keyed machine has a state key')
  const joinToken = encodeJoinToken({
    joinAddress: server.joinAddress,
    anchorSha256: sha256(server.anchor),
    group: admission.group,
    expiresUnixMs: admission.joinTokenExpiresUnixMs,
    secret: admission.joinTokenSecret,
  })
  const plaintext = encodeRekeyOrder({ ...opened, joinToken })
  const binding = { purpose: sealPurpose.rekey, bootId: new Uint8Array(0), decision: BigInt(admission.decision) }
  const sealedRekey = await sealTo({ ...binding, publicPoint, plaintext })
  for (const secret of [plaintext, opened.key, admission.joinTokenSecret]) secret.fill(0)
  return { sealedRekey }
}

function openStateKeys(
  groupKey: GroupKey,
  { id: machineId }: MachinePeer,
  keys: Extract<Admission, { outcome: 'admitted' }>['stateKeys'],
) {
  return keys.map(({ generation, wrapped }) => ({
    generation,
    key: groupKey.unwrap({ purpose: 'state-key', machineId, version: generation }, wrapped),
  }))
}
