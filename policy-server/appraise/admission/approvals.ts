import { approvalLifeMs } from '../../../core/policy/index.ts'
import type { InForce } from '../../policies/index.ts'
import type { Approval, Row } from '../../store/index.ts'
import type { Parts } from '../parts.ts'
import type { Word } from './persons.ts'

export type IsLiveOperator = Parts['isLiveOperator']

/** What a start is judged by when approvals of it are counted. */
export interface Circumstances {
  readonly policy: InForce
  readonly peerAddress: string
  /** The instance that a platform vouches for. */
  readonly instance: string | undefined
  readonly nowUnixMs: number
  readonly isLiveOperator: IsLiveOperator
}

/** What a decision shows of the rules and the place that it was made by. */
export function shownBy(policy: InForce, peer: string, instance: string | undefined) {
  const { name, version } =
    policy.kind === 'one' ? { name: policy.policy.name, version: policy.version } : { name: null, version: null }
  return {
    peer,
    policy: name,
    policyVersion: version,
    referenceVersions: JSON.stringify(policy.referenceVersions),
    groupVersions: JSON.stringify(policy.groupVersions),
    instance: instance ?? null,
  } satisfies Partial<Row<'decisions'>>
}

/**
 * Approvals of a start that count now: each for so long, while the certificate it was given under is live, and for what the
 * person saw: the same place and instance, and the same versions of all documents. One whose certificate is not on record counts for nothing.
 */
export function countingAmong(approvals: readonly Approval[], circumstances: Circumstances): readonly Word[] {
  const { policy, peerAddress, instance, nowUnixMs, isLiveOperator } = circumstances
  const lifeMs = approvalLifeMs(policy.kind === 'one' ? policy.policy : undefined)
  const now = JSON.stringify(shownBy(policy, peerAddress, instance))
  return approvals.flatMap(({ by, key, approvedUnixMs, shown }) => {
    const ageMs = nowUnixMs - approvedUnixMs
    if (key === null || !isLiveOperator(by, key)) return []
    return ageMs >= 0 && ageMs <= lifeMs && JSON.stringify(shown) === now ? [{ by, key }] : []
  })
}
