import { learnPolicy } from '../../../core/policy/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import { listDecisions, newestVerified, type Tx } from '../../store/index.ts'
import type { Reason } from '../reasons.ts'
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
  if (decision === undefined || evidence === undefined)
    throw new RpcError('policy/nothing-to-learn', await whyNothing(tx, machine.id))
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

const decisionsLookedThrough = 10

/** Why a machine that brought evidence has no verified boot; undefined where it never brought any. */
async function whyNothing(tx: Tx, machineId: Uint8Array): Promise<string | undefined> {
  for (const { number, reasons } of await listDecisions(tx, {
    machineId,
    before: undefined,
    limit: decisionsLookedThrough,
  })) {
    const bad = (JSON.parse(reasons) as readonly Reason[]).find(
      ({ code, passed }) => code === 'evidence/verified' && !passed,
    )
    if (bad === undefined) continue
    const bank = /: nothing of bank (\S+),/.exec(bad.fact)?.[1]
    const advice =
      bank === undefined
        ? ''
        : ` Without a policy a machine quotes sha256: turn that bank on in its TPM, or write a policy with quote: { banks: [...] } of banks that it has.`
    return `The machine has no verified boot to learn from. Decision ${number} says why: ${bad.fact}.${advice}`
  }
  return undefined
}
