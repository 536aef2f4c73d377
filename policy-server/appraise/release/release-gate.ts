import { defaultSelection, encodeSelection, type PcrSelection } from '../../../core/evidence/index.ts'
import { encodeReleasedKeys, p256PublicKey, sealPurpose, sealTo } from '../../../core/keys/index.ts'
import { bindingOf, quotedBy, validForMs } from '../../../core/policy/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import { inForceThen, type InForce, type PolicyShelf } from '../../policies/index.ts'
import { findDecision, recordDecision, type Row, type Tx } from '../../store/index.ts'
import { pinnedMachine, type MachinePeer } from '../admission/admission-record.ts'
import { stateReason } from '../admission/judge.ts'
import { isKeyslot, volumeContext } from '../deposit.ts'
import type { GroupKeys } from '../group-keys.ts'
import type { Parts } from '../parts.ts'
import { sha256 } from '../sha256.ts'
import type { BootDictionary } from './boot-dictionary.ts'
import type { Challenge, ChallengeSealer } from './challenge.ts'
import { bindToTpm, type TpmTerms } from './bound-keys.ts'
import { encodeEvidence, verifyRecord, wantedVolumes, type EvidenceRecord } from './evidence-record.ts'
import { bootReason, judgeRelease, termsOf, type ReleaseRecord } from './judge.ts'
import { readReleaseRecord } from './read-record.ts'
import { decisionRow, endBoot, writeDown } from './write-down.ts'

/** Release, as its form was checked. */
export interface ReleaseRequest {
  readonly bootId: Uint8Array
  readonly challenge: Uint8Array
  readonly core: Uint8Array
  readonly attest: Uint8Array
  readonly signature: Uint8Array
  readonly oneTimePublicKey: Uint8Array
}

export interface ChallengeAnswer {
  readonly challenge: Uint8Array
  readonly expiresUnixMs: number
  readonly selection: PcrSelection
  /** Whether the machine is to cap its TPM before it asks: keys that are bound to its PCRs would not open then. */
  readonly capBeforeRelease: boolean
}

export interface ReleaseAnswer {
  readonly decision: number
  readonly sealedKeys: string
}

/** What was decided on a request: now, or when the identical request came first. */
interface Decided {
  readonly decision: number
  readonly isReleased: boolean
  readonly sealedKeys: string | null
  /** What an answer that has to be made is bound to, beside its request. */
  readonly terms?: TpmTerms | undefined
}

export interface ReleaseContext {
  readonly parts: Parts
  readonly groupKeys: GroupKeys
  readonly shelf: PolicyShelf
  readonly sealer: ChallengeSealer
  readonly dictionary: BootDictionary
  /** Long enough for a slow TPM to quote. */
  readonly challengeLifetimeMs: number
}

/** Gate 2. All refusals look alike from outside: one status, one text, and the number of the decision. */
export class ReleaseGate {
  readonly #context: ReleaseContext

  constructor(context: ReleaseContext) {
    this.#context = context
  }

  /**
   * A challenge for an admitted boot that still has its right.
   * @throws RpcError `boot/refused`, `identity/unknown`.
   */
  async challenge(peer: MachinePeer, bootId: Uint8Array): Promise<ChallengeAnswer> {
    const { parts, shelf, sealer, challengeLifetimeMs } = this.#context
    const { isLiveOperator } = parts
    const nowUnixMs = parts.clock()
    const asked = await parts.store.transact(async (tx) => {
      const nothing = { bootId, challenge: undefined, isSpent: false }
      const record = await readReleaseRecord(tx, shelf, peer, nothing, { isLiveOperator, nowUnixMs })
      const reasons = [stateReason(record), bootReason(record)]
      if (reasons.every(({ passed }) => passed)) return { selection: askedOf(record.policy), policy: record.policy }
      await endBoot(tx, record.boot, 'refused')
      return { refusal: await recordDecision(tx, decisionRow(record, 'refused', reasons)) }
    })
    if (asked.refusal !== undefined) throw refusedBy(asked.refusal)
    const { selection, policy } = asked
    const expiresUnixMs = nowUnixMs + challengeLifetimeMs
    const challenge = sealer.seal({ machineId: peer.id, bootId, expiresUnixMs, selection })
    const capBeforeRelease = policy.kind !== 'one' || bindingOf(policy.policy) === 'session'
    return { challenge, expiresUnixMs, selection, capBeforeRelease }
  }

  /**
   * Evidence against keys. The decision is durable before a key is unwrapped, the answer before it is sent.
   * @throws WireError for a one-time key that is none, RpcError `boot/refused`, `identity/unknown`.
   */
  async release(peer: MachinePeer, request: ReleaseRequest): Promise<ReleaseAnswer> {
    const { parts } = this.#context
    p256PublicKey(request.oneTimePublicKey)
    const decided = await parts.store.transact((tx) => this.#decide(tx, peer, request))
    const { decision, isReleased, sealedKeys, terms } = decided
    parts.log.info({ decision, isReleased, peer: peer.address }, 'release')
    if (!isReleased) throw refusedBy(decision)
    return { decision, sealedKeys: sealedKeys ?? (await this.#answer(peer, request, { decision, terms })) }
  }

  async #decide(tx: Tx, peer: MachinePeer, request: ReleaseRequest): Promise<Decided> {
    const { parts, shelf, sealer, dictionary } = this.#context
    const { isLiveOperator } = parts
    const { identity } = await pinnedMachine(tx, peer)
    await shelf.announcements.endOverdue(tx, parts.clock())
    const spent = await tx
      .selectFrom('spentChallenges')
      .selectAll()
      .where('challengeSha256', '=', sha256(request.challenge))
      .executeTakeFirst()
    const challenge = sealer.open(request.challenge)
    const untrusted = this.#evidenceOf(peer, identity, request, challenge)
    const asked = { bootId: request.bootId, challenge, isSpent: spent !== undefined }
    const record = await readReleaseRecord(tx, shelf, peer, asked, { isLiveOperator, nowUnixMs: parts.clock() })

    if (spent !== undefined && isSame(spent.requestSha256, sha256(encodeEvidence(untrusted)))) {
      if (record.boot?.ended === 'refused') return { decision: spent.decision, isReleased: false, sealedKeys: null }
      // A machine that was locked since, or has started anew, gets nothing, not even what it was given before.
      const mayStill = stateReason(record).passed && record.boot?.ended === 'released'
      const policy = mayStill ? await this.#policyThen(tx, record, spent.decision) : record.policy
      const decided = { ...record, policy }
      if (mayStill && isStillGood(decided, spent.spentUnixMs))
        return { decision: spent.decision, isReleased: true, ...givenBefore(spent, untrusted, decided) }
    }
    const judged = judgeRelease(untrusted, record)
    const decision = await writeDown(tx, dictionary, untrusted, record, judged)
    return { decision, isReleased: judged.outcome === 'released', sealedKeys: null, terms: judged.terms }
  }

  /** An answer is bound, and lasts, as the policy said by which it was decided. */
  async #policyThen(tx: Tx, { machine }: ReleaseRecord, number: number): Promise<InForce> {
    const decided = await findDecision(tx, number)
    if (decided === undefined) throw new TypeError(`no decision ${number}`)
    return await inForceThen(tx, machine, decided)
  }

  #evidenceOf(
    peer: MachinePeer,
    identity: Row<'identities'>,
    request: ReleaseRequest,
    challenge: Challenge | undefined,
  ): EvidenceRecord {
    const { serverId } = this.#context.parts.ca
    const akPublic = identity.akPublic ?? new Uint8Array(0)
    const isDefault = challenge === undefined || isSame(encodeSelection(challenge.selection), defaultAsked)
    const selection = isDefault ? new Uint8Array(0) : encodeSelection(challenge.selection)
    return { ...request, serverId, machineId: peer.id, clientSpkiSha256: peer.spkiSha256, akPublic, selection }
  }

  /** Unwraps and seals; whoever comes first with the identical request writes the answer that all get. */
  async #answer(
    peer: MachinePeer,
    request: ReleaseRequest,
    { decision, terms }: Pick<Decided, 'decision' | 'terms'>,
  ): Promise<string> {
    const { parts, groupKeys } = this.#context
    const { rows, group } = await parts.store.transact(async (tx) => ({
      rows: await tx.selectFrom('volumeKeys').selectAll().where('machineId', '=', peer.id).execute(),
      group: (await pinnedMachine(tx, peer)).machine.groupName,
    }))
    const groupKey = await groupKeys.open(group)
    const keys = wantedVolumes(request.core).map(({ uuid, keyslotDigest }) => {
      const row = rows.find((key) => isKeyslot(key, { uuid, keyslotDigest }))
      if (row === undefined) throw new TypeError('a released key is gone')
      return { uuid, keyslotDigest, key: groupKey.unwrap(volumeContext(peer.id, uuid, row.version), row.wrapped) }
    })
    const clear = encodeReleasedKeys(keys)
    for (const { key } of keys) key.fill(0)
    try {
      const plaintext = terms === undefined ? clear : bindToTpm(terms, clear, parts.random)
      const purpose = terms === undefined ? sealPurpose.release : sealPurpose.boundRelease
      const binding = { purpose, bootId: request.bootId, decision: BigInt(decision) }
      const sealedKeys = await sealTo({ ...binding, publicPoint: request.oneTimePublicKey, plaintext })
      return await parts.store.transact((tx) => keepAnswer(tx, sha256(request.challenge), sealedKeys))
    } finally {
      clear.fill(0)
    }
  }
}

/** The answer that was kept; or, where a crash came before it, what it has to be bound to. */
function givenBefore({ sealedKeys }: Row<'spentChallenges'>, untrusted: EvidenceRecord, record: ReleaseRecord) {
  if (sealedKeys !== null) return { sealedKeys }
  // The request is the one that verified; counters have moved on since.
  return { sealedKeys, terms: termsOf(record, verifyRecord(untrusted, undefined)) }
}

async function keepAnswer(tx: Tx, challengeSha256: Uint8Array, sealedKeys: string): Promise<string> {
  await tx
    .updateTable('spentChallenges')
    .set({ sealedKeys })
    .where('challengeSha256', '=', challengeSha256)
    .where('sealedKeys', 'is', null)
    .execute()
  const row = await tx
    .selectFrom('spentChallenges')
    .select('sealedKeys')
    .where('challengeSha256', '=', challengeSha256)
    .executeTakeFirstOrThrow()
  return row.sealedKeys ?? sealedKeys
}

/** Whether the policy lets an answer be given again: for as long as the boot lasts, or the time it names. */
function isStillGood({ policy, nowUnixMs }: ReleaseRecord, spentUnixMs: number): boolean {
  if (policy.kind !== 'one') return false
  const limitMs = validForMs(policy.policy)
  const ageMs = nowUnixMs - spentUnixMs
  return limitMs === undefined || (ageMs >= 0 && ageMs <= limitMs)
}

const defaultAsked = encodeSelection(defaultSelection)

/** What has to be quoted for the policy that is in force now; what it asks for at the release is judged then. */
const askedOf = (policy: InForce): PcrSelection => (policy.kind === 'one' ? quotedBy(policy.policy) : defaultSelection)

const refusedBy = (decision: number): RpcError =>
  new RpcError('boot/refused', undefined, { decision: BigInt(decision) })

const isSame = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0
