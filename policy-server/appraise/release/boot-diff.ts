import type { VerifiedEvidence } from '../../../core/evidence/index.ts'
import { diffBoots } from '../../../core/policy/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import { findDecision, type Row, type Tx } from '../../store/index.ts'
import type { BootDictionary } from './boot-dictionary.ts'
import { acceptedEvidence, storedEvidence } from './evidence-record.ts'

/** What is different from the machine's newest released boot, in words for the engineer. */
export async function diffAgainstAccepted(
  tx: Tx,
  dictionary: BootDictionary,
  machine: Row<'machines'>,
  evidence: VerifiedEvidence,
): Promise<{ readonly decision: number; readonly words: readonly string[] } | undefined> {
  const accepted = await acceptedEvidence(tx, machine)
  if (accepted === undefined) return undefined
  const { decision } = accepted
  // Nearly every boot is like the one before it, and names are looked up in many boots
  if (diffBoots(accepted.evidence, evidence).length === 0) return { decision, words: [] }
  const names = await dictionary.names(tx, machine.id)
  return { decision, words: diffBoots(accepted.evidence, evidence, names) }
}

/**
 * What is different in the second of two boots, in words.
 * @throws RpcError `decision/unknown`, `decision/without-evidence`.
 */
export async function diffDecisions(
  tx: Tx,
  dictionary: BootDictionary,
  before: number,
  after: number,
): Promise<readonly string[]> {
  const [was, is] = [await bootOfDecision(tx, before), await bootOfDecision(tx, after)]
  const names = await dictionary.names(tx, is.machineId, after)
  return diffBoots(was.evidence, is.evidence, names)
}

async function bootOfDecision(
  tx: Tx,
  number: number,
): Promise<{ readonly machineId: Uint8Array; readonly evidence: VerifiedEvidence }> {
  const decision = await findDecision(tx, number)
  if (decision === undefined) throw new RpcError('decision/unknown', `There is no decision ${number}.`)
  const evidence = await storedEvidence(tx, decision)
  if (evidence === undefined)
    throw new RpcError('decision/without-evidence', `Decision ${number} has no verified evidence of a boot.`)
  return { machineId: decision.machineId, evidence }
}
