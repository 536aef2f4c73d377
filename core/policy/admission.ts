import { networkOf } from './networks.ts'
import { type BootPolicy } from './boot-policy.ts'
import { conclude, type Reason, type Verdict } from './verdict.ts'
import { windowAt } from './windows.ts'

/** What the server itself knows of a request to start; nothing in it is the machine's word. */
export interface AdmissionFacts {
  /** Address at the other end of the connection, IPv4 or IPv6, without port. */
  readonly peerAddress: string
  /** Who has approved this very boot; nobody counts twice. */
  readonly approvedBy: readonly string[]
  /** UTC milliseconds of the request. */
  readonly nowUnixMs: number
}

/** Gate 1: what the policy says of a start, and again at the release of keys. */
export function evaluateAdmission(policy: BootPolicy, facts: AdmissionFacts): Verdict {
  const reasons = [
    networkReason(policy, facts),
    windowReason(policy, facts),
    approvalReason(policy, facts),
    diskOnlyReason(policy),
  ]
  return conclude(reasons.filter((reason) => reason !== undefined))
}

function networkReason({ admission }: BootPolicy, { peerAddress }: AdmissionFacts): Reason | undefined {
  if (admission.networks.length === 0) return undefined
  const network = networkOf(peerAddress, admission.networks)
  return {
    code: 'admission/network',
    passed: network !== undefined,
    rule: 'admission.networks',
    fact: network === undefined ? peerAddress : `${peerAddress} in ${network.text}`,
    wanted: admission.networks.map(({ text }) => text).join(', '),
    source: 'connection',
  }
}

/** Outside the windows a person's word is asked for, so that a machine that fell over at night can come back. */
function windowReason({ admission }: BootPolicy, { nowUnixMs, approvedBy }: AdmissionFacts): Reason | undefined {
  if (admission.windows.length === 0) return undefined
  const window = windowAt(nowUnixMs, admission.windows)
  const [person] = approvedBy
  const when = new Date(nowUnixMs).toISOString()
  const approved = person === undefined ? '' : `, approved by ${person}`
  return {
    code: 'admission/window',
    passed: window !== undefined || person !== undefined,
    rule: 'admission.windows',
    fact: window === undefined ? `${when}, in no window${approved}` : `${when}, in ${window.text}`,
    wanted: `${admission.windows.map(({ text }) => text).join('; ')}; or approval by a person`,
    source: 'server clock',
  }
}

function approvalReason({ admission }: BootPolicy, { approvedBy }: AdmissionFacts): Reason | undefined {
  if (admission.approvals === 0) return undefined
  const people = new Set(approvedBy)
  return {
    code: 'admission/approval',
    passed: people.size >= admission.approvals,
    rule: admission.approvals > 1 ? 'admission.quorum' : 'admission.approval',
    fact: people.size === 0 ? 'not approved' : `approved by ${[...people].join(', ')}`,
    wanted:
      admission.approvals === 1
        ? 'approval of every boot by a person'
        : `approval of every boot by ${admission.approvals} different people`,
    source: 'operator',
  }
}

function diskOnlyReason({ admission }: BootPolicy): Reason | undefined {
  if (!admission.acceptDiskOnlyIdentity) return undefined
  return {
    code: 'admission/disk-only-identity',
    passed: true,
    rule: 'admission.acceptDiskOnlyIdentity',
    fact: 'known by what its disk holds',
    wanted: 'nothing more',
    source: 'machine key',
  }
}
