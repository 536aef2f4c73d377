import { useAnnouncements } from '../../policies/index.ts'
import {
  keepEvidence,
  recordDecision,
  updateIdentity,
  updateMachine,
  type Outcome,
  type Row,
  type Tx,
} from '../../store/index.ts'
import { shownBy } from '../admission/approvals.ts'
import { instanceOf } from '../platform/presented.ts'
import { firstAgainst, type Reason } from '../reasons.ts'
import { sha256 } from '../sha256.ts'
import type { BootDictionary } from './boot-dictionary.ts'
import { diffAgainstAccepted } from './boot-diff.ts'
import { encodeEvidence, type EvidenceRecord } from './evidence-record.ts'
import { ownChallenge, type ReleaseJudgement, type ReleaseRecord } from './judge.ts'

/** Writes a judgement down with its evidence, ends the boot's right, and spends the challenge where it was ours. */
export async function writeDown(
  tx: Tx,
  dictionary: BootDictionary,
  untrusted: EvidenceRecord,
  record: ReleaseRecord,
  judged: ReleaseJudgement,
): Promise<number> {
  const bytes = encodeEvidence(untrusted)
  const requestSha256 = sha256(bytes)
  const { evidence } = judged
  // Anything else would let whoever holds a machine key fill the disk, or spend another machine's challenge.
  const isOurs = ownChallenge(record) !== undefined && !record.isSpent
  if (isOurs) await keepEvidence(tx, requestSha256, bytes)
  const diff = evidence && (await diffAgainstAccepted(tx, dictionary, record.machine, evidence))
  const decision = await recordDecision(tx, {
    ...decisionRow(record, judged.outcome, judged.reasons),
    referenceVersions: JSON.stringify(referencesOf(record, judged)),
    bootDiff: JSON.stringify(diff?.words ?? []),
    comparedWith: diff?.decision ?? null,
    evidenceSha256: isOurs ? requestSha256 : null,
    verified: evidence === undefined ? 0 : 1,
  })
  await endBoot(tx, record.boot, judged.outcome)
  if (isOurs) await spendChallenge(tx, untrusted, record, { decision, requestSha256 })
  if (judged.outcome === 'released' && evidence !== undefined) {
    const { resetCount, restartCount, clock } = evidence.quote.clockInfo
    await updateIdentity(tx, record.identity.id, { resetCount, restartCount, clock: clock.toString() })
    await updateMachine(tx, record.machine.id, { lastAcceptedDecision: decision })
    await markReleased(tx, judged.keys, decision, record.nowUnixMs)
    await useAnnouncements(tx, judged.needed, { machineId: record.machine.id, decision, usedUnixMs: record.nowUnixMs })
  }
  return decision
}

/** Of the policy and its groups, and of announcements that were needed. */
const referencesOf = ({ policy }: ReleaseRecord, { needed }: ReleaseJudgement): Readonly<Record<string, number>> =>
  Object.assign({}, policy.referenceVersions, ...needed.map(({ referenceVersions }) => referenceVersions)) as Record<
    string,
    number
  >

/** What every decision of gate 2 says. */
export function decisionRow(
  record: Pick<ReleaseRecord, 'machine' | 'boot' | 'policy' | 'peerAddress' | 'platform' | 'nowUnixMs'>,
  outcome: Outcome,
  reasons: readonly Reason[],
) {
  return {
    gate: 'release',
    outcome,
    machineId: record.machine.id,
    machineName: record.machine.name,
    bootId: record.boot?.id ?? null,
    decidedUnixMs: record.nowUnixMs,
    ...shownBy(record.policy, record.peerAddress, instanceOf(record.platform)),
    summary: firstAgainst(reasons) ?? outcome,
    reasons: JSON.stringify(reasons),
    bootDiff: '[]',
    verified: 0,
  } as const
}

/** The right to a release ends with the release, and with a refusal. */
export async function endBoot(tx: Tx, boot: Row<'boots'> | undefined, outcome: Outcome): Promise<void> {
  if (boot?.ended !== null) return
  const ended = outcome === 'released' ? 'released' : 'refused'
  await tx.updateTable('boots').set({ ended }).where('id', '=', boot.id).execute()
}

/** A second request on the same challenge runs into this row. */
async function spendChallenge(
  tx: Tx,
  untrusted: EvidenceRecord,
  { machine, nowUnixMs: spentUnixMs }: ReleaseRecord,
  spent: { readonly decision: number; readonly requestSha256: Uint8Array },
): Promise<void> {
  const challengeSha256 = sha256(untrusted.challenge)
  await tx
    .insertInto('spentChallenges')
    .values({ ...spent, challengeSha256, machineId: machine.id, bootId: untrusted.bootId, spentUnixMs })
    .execute()
}

async function markReleased(
  tx: Tx,
  keys: readonly Row<'volumeKeys'>[],
  lastReleasedDecision: number,
  lastReleasedUnixMs: number,
): Promise<void> {
  for (const { id } of keys)
    await tx.updateTable('volumeKeys').set({ lastReleasedDecision, lastReleasedUnixMs }).where('id', '=', id).execute()
}
