import { learnPolicy } from '../../../core/policy/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import { newestVerified, type Tx } from '../../store/index.ts'
import { storedEvidence } from '../release/evidence-record.ts'
import { machineMeant } from './find.ts'

export interface LearntPolicy {
  readonly document: string
  readonly learntFromDecision: number
}

/**
 * Writes the policy that the machine's newest verified boot satisfies; nothing is applied.
 * @throws RpcError `machine/unknown`, `policy/nothing-to-learn`.
 */
export async function learn(tx: Tx, reference: string, name: string): Promise<LearntPolicy> {
  const machine = await machineMeant(tx, reference)
  const decision = await newestVerified(tx, machine.id)
  const evidence = await storedEvidence(tx, decision)
  if (decision === undefined || evidence === undefined) throw new RpcError('policy/nothing-to-learn')
  const document = learnPolicy({
    name: name === '' ? machine.name : name,
    machine: machine.name,
    tier: machine.tier,
    peerAddress: decision.peer,
    decision: decision.number.toString(),
    evidence,
  })
  return { document, learntFromDecision: decision.number }
}
