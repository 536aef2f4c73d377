import type { Generated, Insertable, Selectable } from 'kysely'

/** A record's state words are closed worlds; the store keeps them as text. */
export type MachineState = 'enrolling' | 'pending' | 'accepted' | 'locked' | 'forked' | 'removed' | 'conflict'
export type IdentityState = 'enrolling' | 'live' | 'revoked'
export type Tier = 'T0' | 'T1' | 'T2' | 'T3'
export type Gate = 'admission' | 'release'
export type Outcome = 'admitted' | 'held' | 'refused' | 'released' | 'rekeyed'
/** Why a request waits for a person. */
export type HeldFor = 'pending' | 'conflict' | 'fork' | 'rollback' | 'approval'
/**
 * What became of a held request: a person's word for it (`accepted`, `settled`), its use, the same side's newer request
 * (`superseded`: a person's word still counts for both), or its end.
 */
export type Resolution = 'accepted' | 'settled' | 'used' | 'superseded' | 'closed'
/** Why a boot has no right to a release any more. */
export type BootEnd = 'released' | 'refused' | 'superseded'

interface GroupTable {
  name: string
  createdUnixMs: number
  keyVersion: number
  /** Under the root key. */
  wrappedKey: Uint8Array
}

interface JoinTokenTable {
  secretSha256: Uint8Array
  machineName: string
  groupName: string
  createdUnixMs: number
  createdBy: string
  expiresUnixMs: number
  /** Set on a token that re-keys a machine after a settled fork. */
  boundMachineId: Uint8Array | null
  settledDecision: number | null
  /** SHA-256 of the SPKI of the machine key that spent it. */
  spentByKeySha256: Uint8Array | null
}

interface MachineTable {
  id: Uint8Array
  name: string
  groupName: string
  state: MachineState
  stateBeforeLock: MachineState | null
  tier: Tier
  createdUnixMs: number
  enrolledUnixMs: number | null
  lastBootUnixMs: number | null
  /** The newest release, against which the next boot is compared. */
  lastAcceptedDecision: number | null
}

/** One enrolment of a machine: its keys, and all that hangs on them. A machine has at most one that is live. */
interface IdentityTable {
  id: Uint8Array
  machineId: Uint8Array
  state: IdentityState
  joinTokenSha256: Uint8Array
  machineKeySpki: Uint8Array
  machineKeySha256: Uint8Array
  akPublic: Uint8Array | null
  akName: Uint8Array | null
  /** H: SHA-256 of the boot token that is the newest the server admitted. */
  tokenHead: Uint8Array | null
  /** G: the oldest generation whose state key still exists. */
  generation: number
  /** TPM counters of the newest accepted quote; the clock as decimal text, it has 64 bits. */
  resetCount: number | null
  restartCount: number | null
  clock: string | null
  createdUnixMs: number
  liveUnixMs: number | null
  /** Time of the first admitted PowerOn: afterwards the enrolment cannot be begun again. */
  confirmedUnixMs: number | null
  /** The instance of its newest admitted start, as `NAME at ISSUER`; null while no platform has vouched for one. */
  instance: string | null
  revokedUnixMs: number | null
}

interface IdentityEkTable {
  identityId: Uint8Array
  position: number
  ekName: Uint8Array
  ekPublic: Uint8Array
}

/** One run through Begin, Prove and Complete. */
interface EnrolmentTable {
  id: Uint8Array
  identityId: Uint8Array
  machineId: Uint8Array
  startedUnixMs: number
  proveCore: Uint8Array | null
  /** The credential challenges as answered, and the secrets inside them, wrapped. */
  challenges: Uint8Array | null
  wrappedSecrets: Uint8Array | null
  conflictWith: string | null
  completeCore: Uint8Array | null
  /** The certificates as answered. */
  certificates: Uint8Array | null
}

interface StateKeyTable {
  identityId: Uint8Array
  generation: number
  wrapped: Uint8Array
  createdUnixMs: number
}

interface BootTable {
  id: Uint8Array
  machineId: Uint8Array
  identityId: Uint8Array
  admittedDecision: number
  admittedUnixMs: number
  /** The held decision that a person accepted for this boot. */
  approvedDecision: number | null
  /** JSON: who approved it; null in boots from before several could. */
  approvedBy: string | null
  /** The platform document that came with the request, and what was known then; null where none came. */
  platform: Uint8Array | null
  ended: BootEnd | null
}

interface HeldRequestTable {
  decision: number
  machineId: Uint8Array
  identityId: Uint8Array
  heldFor: HeldFor
  heldUnixMs: number
  /** Only the holder of its preimage is the side that asked. */
  nextTokenHash: Uint8Array
  stateGeneration: number
  resolution: Resolution | null
  resolvedUnixMs: number | null
  resolvedBy: string | null
  /** SHA-256 of the SPKI of his certificate. */
  resolvedByKey: Uint8Array | null
  resolvedReason: string | null
}

interface DecisionTable {
  number: number
  gate: Gate
  outcome: Outcome
  machineId: Uint8Array
  machineName: string
  bootId: Uint8Array | null
  decidedUnixMs: number
  peer: string
  summary: string
  policy: string | null
  policyVersion: number | null
  /** JSON: the versions of reference values it was judged by, by name. */
  referenceVersions: Generated<string>
  /** JSON: the versions of the groups that the machine was in, by name. */
  groupVersions: Generated<string>
  /** The instance that a platform vouched for. */
  instance: string | null
  /** JSON: all reasons, in the order of evaluation. */
  reasons: string
  /** JSON: the boot diff in words. */
  bootDiff: string
  comparedWith: number | null
  evidenceSha256: Uint8Array | null
  /** 1 where the evidence verified, whatever policy said of it. */
  verified: number
}

interface EvidenceTable {
  sha256: Uint8Array
  bytes: Uint8Array
}

interface SpentChallengeTable {
  challengeSha256: Uint8Array
  requestSha256: Uint8Array
  machineId: Uint8Array
  bootId: Uint8Array
  decision: number
  spentUnixMs: number
  /** JWE, to the requester's one-time key; null until the keys were unwrapped, and for ever after a refusal. */
  sealedKeys: string | null
}

/** One version of a document: never changed, never removed. */
interface DocumentTable {
  name: string
  version: number
  document: string
  source: string
  appliedUnixMs: number
  appliedBy: string
  /** Why, in the words of whoever applied it; may be empty. */
  reason: Generated<string>
}

/** What became of a document that waited for signatures. */
export type ProposalState = 'pending' | 'activated' | 'superseded' | 'withdrawn'

/** A document on its way to being a version; what it says is never changed. */
interface ProposalTable {
  number: number
  kind: string
  name: string
  /** The version it is to be, and no other: what is signed says it. */
  version: number
  document: string
  source: string
  proposedUnixMs: number
  proposedBy: string
  reason: string
  state: ProposalState
  endedUnixMs: number | null
  endedBy: string | null
  endedReason: string | null
}

/** One signature of a proposal, as it came: enough to verify it again. */
interface ChangeSignatureTable {
  proposal: number
  /** RFC 7638 thumbprint. */
  keyId: string
  engineer: string
  algorithm: string
  protectedHeader: string
  signature: string
  addedUnixMs: number
  addedBy: string
}

/** A boot that got its keys by announced values. */
interface AnnouncementUseTable {
  name: string
  version: number
  machineId: Uint8Array
  /** Counted from 1 for each machine: no two boots take the same. */
  ordinal: number
  decision: number
  usedUnixMs: number
}

interface WithdrawnAnnouncementTable {
  name: string
  version: number
  withdrawnUnixMs: number
  withdrawnBy: string
  reason: string
}

/** An announcement whose time was seen to be over, at which time of the server's clock. */
interface EndedAnnouncementTable {
  name: string
  version: number
  endedUnixMs: number
}

interface VolumeKeyTable {
  id: Uint8Array
  machineId: Uint8Array
  groupName: string
  uuid: Uint8Array
  keyslotDigest: Uint8Array
  version: number
  wrapped: Uint8Array
  origin: string
  createdUnixMs: number
  lastReleasedUnixMs: number | null
  lastReleasedDecision: number | null
}

/** What operators did, and the reason they gave. */
interface OperatorActionTable {
  id: Generated<number>
  machineId: Uint8Array
  action: string
  operator: string
  reason: string
  doneUnixMs: number
}

/** Somebody's word for where a machine's TPM stands. */
interface TierWordTable {
  id: Generated<number>
  machineId: Uint8Array
  /** The TPM that it was said of, by its AK. */
  akName: Uint8Array
  tier: Tier
  operator: string
  /** SHA-256 of the SPKI of his certificate. */
  operatorKey: Uint8Array
  reason: string
  saidUnixMs: number
  endedUnixMs: number | null
}

interface AlarmTable {
  id: Generated<number>
  machineId: Uint8Array
  raisedUnixMs: number
  text: string
}

/** Secrets of the server itself, wrapped. */
interface ServerSecretTable {
  name: string
  wrapped: Uint8Array
}

interface RetiredResultKeysTable {
  id: Generated<number>
  /** How many there were. */
  keys: number
  reason: string
  retiredUnixMs: number
}

interface CounterTable {
  name: string
  value: number
}

export interface Schema {
  groups: GroupTable
  joinTokens: JoinTokenTable
  machines: MachineTable
  identities: IdentityTable
  identityEks: IdentityEkTable
  enrolments: EnrolmentTable
  stateKeys: StateKeyTable
  boots: BootTable
  heldRequests: HeldRequestTable
  decisions: DecisionTable
  evidence: EvidenceTable
  spentChallenges: SpentChallengeTable
  policies: DocumentTable
  referenceValues: DocumentTable
  groupDocuments: DocumentTable
  announcements: DocumentTable
  signers: DocumentTable
  proposals: ProposalTable
  changeSignatures: ChangeSignatureTable
  announcementUses: AnnouncementUseTable
  withdrawnAnnouncements: WithdrawnAnnouncementTable
  endedAnnouncements: EndedAnnouncementTable
  volumeKeys: VolumeKeyTable
  operatorActions: OperatorActionTable
  tierWords: TierWordTable
  alarms: AlarmTable
  serverSecrets: ServerSecretTable
  retiredResultKeys: RetiredResultKeysTable
  counters: CounterTable
}

/** What a query gives back, and what an insert takes. */
export type Row<Table extends keyof Schema> = Readonly<Selectable<Schema[Table]>>
export type NewRow<Table extends keyof Schema> = Readonly<Insertable<Schema[Table]>>
