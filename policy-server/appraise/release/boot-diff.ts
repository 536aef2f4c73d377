import type { VerifiedEvidence } from '../../../core/evidence/index.ts'
import { diffBoots } from '../../../core/policy/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import { findDecision, type Row, type Tx } from '../../store/index.ts'
import { acceptedEvidence, storedEvidence } from './evidence-record.ts'

/** What is different from the machine's newest released boot, in words for the engineer. */
export async function diffAgainstAccepted(
  tx: Tx,
  machine: Row<'machines'>,
  evidence: VerifiedEvidence,
): Promise<{ readonly decision: number; readonly words: readonly string[] } | undefined> {
  const accepted = await acceptedEvidence(tx, machine)
  return accepted && { decision: accepted.decision, words: diffBoots(accepted.evidence, evidence) }
}

/**
 * What is different in the second of two boots, in words.
 * @throws RpcError `decision/unknown`, `decision/without-evidence`.
 */
export async function diffDecisions(tx: Tx, before: number, after: number): Promise<readonly string[]> {
  return diffBoots(await evidenceOfDecision(tx, before), await evidenceOfDecision(tx, after))
}

async function evidenceOfDecision(tx: Tx, number: number): Promise<VerifiedEvidence> {
  const decision = await findDecision(tx, number)
  if (decision === undefined) throw new RpcError('decision/unknown', `There is no decision ${number}.`)
  const evidence = await storedEvidence(tx, decision)
  if (evidence === undefined)
    throw new RpcError('decision/without-evidence', `Decision ${number} has no verified evidence of a boot.`)
  return evidence
}
