import { networkOf } from './networks.ts'
import { type BootPolicy } from './boot-policy.ts'
import { conclude, type Reason, type Verdict } from './verdict.ts'

/** What the server itself knows of a request to start; nothing in it is the machine's word. */
export interface AdmissionFacts {
  /** Address at the other end of the connection, IPv4 or IPv6, without port. */
  readonly peerAddress: string
  /** Whether a person has approved this very boot. */
  readonly approvedByPerson: boolean
}

/** Gate 1: what the policy says of a start, and again at the release of keys. */
export function evaluateAdmission(policy: BootPolicy, facts: AdmissionFacts): Verdict {
  const reasons = [networkReason(policy, facts), approvalReason(policy, facts), diskOnlyReason(policy)]
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

function approvalReason({ admission }: BootPolicy, { approvedByPerson }: AdmissionFacts): Reason | undefined {
  if (admission.approval === 'none') return undefined
  return {
    code: 'admission/approval',
    passed: approvedByPerson,
    rule: 'admission.approval',
    fact: approvedByPerson ? 'approved by a person' : 'not approved',
    wanted: 'approval of every boot by a person',
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
