import type { VerifiedEvidence } from '../../../core/evidence/index.ts'
import { diffBoots } from '../../../core/policy/index.ts'
import type { Row, Tx } from '../../store/index.ts'
import { acceptedEvidence } from './evidence-record.ts'

/** What is different from the machine's newest released boot, in words for the engineer. */
export async function diffAgainstAccepted(
  tx: Tx,
  machine: Row<'machines'>,
  evidence: VerifiedEvidence,
): Promise<{ readonly decision: number; readonly words: readonly string[] } | undefined> {
  const accepted = await acceptedEvidence(tx, machine)
  return accepted && { decision: accepted.decision, words: diffBoots(accepted.evidence, evidence) }
}
