import { networkOf } from './networks.ts'
import { type AdmissionRules, type BootPolicy, type Floor } from './boot-policy.ts'
import { ofFloor } from './floor-reason.ts'
import { platformReasons, vouchedInstance, type PlatformFacts } from './platform-reasons.ts'
import { conclude, type Reason, type Verdict } from './verdict.ts'
import { windowAt } from './windows.ts'

/** What the server knows of a request to start; nothing in it is the machine's own word. */
export interface AdmissionFacts {
  /** Address at the other end of the connection, IPv4 or IPv6, without port. */
  readonly peerAddress: string
  /** Who has approved this very boot; nobody counts twice. */
  readonly approvedBy: readonly string[]
  /** UTC milliseconds of the request. */
  readonly nowUnixMs: number
  /** What a platform says of the machine; nothing, if left out. */
  readonly platform?: PlatformFacts | undefined
}

/** Gate 1: what the policy says of a start, and again at the release of keys. */
export function evaluateAdmission(policy: BootPolicy, facts: AdmissionFacts): Verdict {
  const { admission, floors } = policy
  return conclude([
    ...admissionReasons(admission, facts),
    ...diskOnlyReasons(admission),
    ...floorReasons(floors, [admission], facts),
  ])
}

/** Gate 1 for a machine without a policy: what its groups require holds all the same. */
export function evaluateFloors(floors: readonly Floor[], facts: AdmissionFacts): Verdict {
  const reasons = floorReasons(floors, [], facts)
  return reasons.length === 0 ? { outcome: 'allow', reasons } : conclude(reasons)
}

function floorReasons(
  floors: readonly Floor[],
  others: readonly AdmissionRules[],
  facts: AdmissionFacts,
): readonly Reason[] {
  const all = [...others, ...floors.map(({ admission }) => admission)]
  return floors.flatMap(({ group, admission }) =>
    ofFloor(group, [
      ...admissionReasons(admission, facts),
      ...(admission.requiresOffDiskFactor ? [offDiskReason(all, facts)] : []),
    ]),
  )
}

function admissionReasons(rules: AdmissionRules, facts: AdmissionFacts): readonly Reason[] {
  const reasons = [
    networkReason(rules, facts),
    ...platformReasons(rules.platform, facts),
    windowReason(rules, facts),
    approvalReason(rules, facts),
  ]
  return reasons.filter((reason) => reason !== undefined)
}

/** What speaks for the machine that a copy of its disk cannot bring along: the place it asks from, its platform, or a person. */
function offDiskReason(all: readonly AdmissionRules[], facts: AdmissionFacts): Reason {
  const network = all.map(({ networks }) => networkOf(facts.peerAddress, networks)).find((found) => found !== undefined)
  const instance = all.map(({ platform }) => vouchedInstance(platform, facts)).find((found) => found !== undefined)
  const [person] = facts.approvedBy
  const place = network && `${facts.peerAddress} in ${network.text}`
  const factor = place ?? instance ?? (person && `approved by ${person}`)
  return {
    code: 'admission/off-disk-factor',
    passed: factor !== undefined,
    rule: 'admission.offDiskFactor',
    fact: factor ?? 'known by what its disk holds',
    wanted: 'an approved network, an accepted platform document, or approval by a person',
    source: 'connection, platform document, operator',
  }
}

function networkReason(admission: AdmissionRules, { peerAddress }: AdmissionFacts): Reason | undefined {
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
function windowReason(admission: AdmissionRules, { nowUnixMs, approvedBy }: AdmissionFacts): Reason | undefined {
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

function approvalReason(admission: AdmissionRules, { approvedBy }: AdmissionFacts): Reason | undefined {
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

function diskOnlyReasons({ acceptDiskOnlyIdentity }: AdmissionRules): readonly Reason[] {
  if (!acceptDiskOnlyIdentity) return []
  return [
    {
      code: 'admission/disk-only-identity',
      passed: true,
      rule: 'admission.acceptDiskOnlyIdentity',
      fact: 'known by what its disk holds',
      wanted: 'nothing more',
      source: 'machine key',
    },
  ]
}
