import { proposeChange, type Reason } from '../../../core/policy/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import { documentVersion, type InForce, type PolicyShelf } from '../../policies/index.ts'
import { findBoot, findDecision, findMachine, type Tx } from '../../store/index.ts'
import { bootPlatform } from '../platform/record.ts'
import { storedEvidence } from '../release/evidence-record.ts'
import { approversOf } from '../release/read-record.ts'

/** The smallest change of the policy in force that would have let a boot through; nothing is applied. */
export interface ProposedPolicy {
  readonly name: string
  /** The version that is changed. */
  readonly version: number
  readonly source: string
  readonly document: string
  readonly changes: readonly string[]
  /** What no policy can settle. */
  readonly remaining: readonly Reason[]
  /** What took part beside the policy. */
  readonly beside: Pick<InForce, 'groupVersions' | 'referenceVersions'>
}

/** @throws RpcError `decision/unknown`, `decision/without-evidence`, `policy/none`. */
export async function propose(
  tx: Tx,
  shelf: PolicyShelf,
  { decision: number, reason }: { readonly decision: number; readonly reason: string },
): Promise<ProposedPolicy> {
  const decision = await findDecision(tx, number)
  if (decision === undefined) throw new RpcError('decision/unknown')
  const evidence = await storedEvidence(tx, decision)
  const machine = await findMachine(tx, decision.machineId)
  if (evidence === undefined || machine === undefined)
    throw new RpcError('decision/without-evidence', `Decision ${number} has no verified evidence of a boot.`)
  const inForce = await shelf.inForce(tx, machine)
  if (inForce.kind !== 'one')
    throw new RpcError('policy/none', `No one policy is in force for ${machine.name}: learn one first.`)
  const { name } = inForce.policy
  const row = await documentVersion(tx, 'policies', name, inForce.version)
  if (row === undefined) throw new TypeError(`no version ${inForce.version} of ${name}`)

  const boot = decision.bootId === null ? undefined : await findBoot(tx, decision.bootId)
  const approvedBy = await approversOf(tx, boot)
  const admittedUnixMs = boot?.admittedUnixMs ?? decision.decidedUnixMs
  const { library } = (await shelf.documents(tx)).collection
  const { document, changes, remaining } = proposeChange({
    document: row.document,
    source: row.source,
    library,
    floors: inForce.policy.floors,
    evidence,
    admission: {
      peerAddress: decision.peer,
      approvedBy,
      platform: await bootPlatform(inForce, boot),
      nowUnixMs: admittedUnixMs,
    },
    release: { tier: machine.tier, sinceAdmissionMs: decision.decidedUnixMs - admittedUnixMs },
    reason,
  })
  return { name, version: inForce.version, source: row.source, document, changes, remaining, beside: inForce }
}
