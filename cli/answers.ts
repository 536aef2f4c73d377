import { toHex } from '../core/bytes/index.ts'
import type {
  Announcement__Output,
  AnnouncementUse__Output,
  AttestationToken__Output,
  ChangedBoot__Output,
  Decision__Output,
  DecisionDetail__Output,
  DocumentVersion__Output,
  EffectivePolicy__Output,
  EffectiveRule__Output,
  InviteMachineResponse__Output,
  LearnPolicyResponse__Output,
  LuksVolume__Output,
  Machine__Output,
  MachineDetail__Output,
  OperatorAction__Output,
  Policy__Output,
  PolicySignature__Output,
  PreviewCounts__Output,
  ProposePolicyResponse__Output,
  Reason__Output,
  RetiredResultKeys__Output,
  ServerStatus__Output,
  TierWord__Output,
  VolumeKey__Output,
} from '../core/rpc/index.ts'

/** `enrolledUnixMs` is called `enrolled` outside: the value says its unit. */
type OutsideName<Name> = Name extends `${infer Plain}UnixMs` ? Plain : Name

type Readings<Message> = { readonly [Name in keyof Message]-?: (value: Message[Name]) => unknown }

type Answer<Fields> = {
  readonly [Name in keyof Fields as OutsideName<Name>]: Fields[Name] extends (value: never) => infer Outside
    ? Outside
    : never
}

/**
 * Declares how a message looks outside: what `--json` prints, and what tables are made of. Every field of the message
 * has to be named, in the order of its proto.
 */
const answer =
  <Message extends object>() =>
  <const Fields extends Readings<Message>>(fields: Fields) =>
  (message: Message): Answer<Fields> =>
    Object.fromEntries(
      Object.entries<(value: never) => unknown>(fields).map(([name, read]) => [
        name.replace(/UnixMs$/, ''),
        read(message[name as keyof Message] as never),
      ]),
    ) as Answer<Fields>

const same = <Value>(value: Value): Value => value
const textOrNull = (text: string): string | null => (text === '' ? null : text)
const hexOrNull = (bytes: Uint8Array): string | null => (bytes.length === 0 ? null : toHex(bytes))
const time = (unixMs: string): string | null => (unixMs === '0' ? null : new Date(Number(unixMs)).toISOString())
const count = (text: string): number => Number(text)
/** Decisions are numbered from 1. */
const decisionNumber = (text: string): number | null => (text === '0' ? null : Number(text))
const listOf =
  <In, Out>(read: (value: In) => Out) =>
  (values: readonly In[]): readonly Out[] =>
    values.map(read)

/** RFC 9562, section 4; anything but 16 bytes is shown as it came. */
function uuid(bytes: Uint8Array): string | null {
  return hexOrNull(bytes)?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') ?? null
}

type WordAfter<Prefix extends string, Word extends string> = Word extends `${Prefix}${infer Rest}`
  ? Lowercase<Rest>
  : never

/** `MACHINE_STATE_PENDING` as `pending`. */
const word =
  <Prefix extends string>(prefix: Prefix) =>
  <Word extends `${Prefix}${string}`>(value: Word): WordAfter<Prefix, Word> =>
    value.slice(prefix.length).toLowerCase() as WordAfter<Prefix, Word>

const retiredResultKeys = answer<RetiredResultKeys__Output>()({
  keys: same<number>,
  reason: same<string>,
  retiredUnixMs: time,
})

export const serverStatus = answer<ServerStatus__Output>()({
  version: same<string>,
  serverId: hexOrNull,
  startedUnixMs: time,
  mainAddress: textOrNull,
  joinAddress: textOrNull,
  keyProvider: same<string>,
  warnings: same<string[]>,
  machines: same<number>,
  held: same<number>,
  decisions: count,
  serverCertificateExpiresUnixMs: time,
  retiredResultKeys: listOf(retiredResultKeys),
})

export const invitation = answer<InviteMachineResponse__Output>()({ token: same<string>, expiresUnixMs: time })

const tierWord = (value: Machine__Output['tier']): string => word('TIER_')(value).toUpperCase()

export const machine = answer<Machine__Output>()({
  id: uuid,
  name: same<string>,
  group: same<string>,
  state: (value) => word('MACHINE_STATE_')(value),
  tier: tierWord,
  policy: textOrNull,
  enrolledUnixMs: time,
  lastBootUnixMs: time,
  lastDecision: decisionNumber,
  heldDecision: decisionNumber,
  acceptsDiskOnlyIdentity: same<boolean>,
})
export type MachineAnswer = ReturnType<typeof machine>

export const decision = answer<Decision__Output>()({
  number: count,
  gate: (value) => word('GATE_')(value),
  outcome: (value) => word('OUTCOME_')(value),
  machineId: uuid,
  machineName: textOrNull,
  bootId: uuid,
  decidedUnixMs: time,
  peer: textOrNull,
  summary: same<string>,
  policy: textOrNull,
  policyVersion: (version) => (version === 0 ? null : version),
  referenceVersions: same<Record<string, number>>,
  groupVersions: same<Record<string, number>>,
})
export type DecisionAnswer = ReturnType<typeof decision>

const luksVolume = answer<LuksVolume__Output>()({ uuid, keyslotDigest: hexOrNull })

export const volumeKey = answer<VolumeKey__Output>()({
  id: uuid,
  machineId: uuid,
  machineName: textOrNull,
  group: same<string>,
  luks: (volume) => (volume === null ? null : luksVolume(volume)),
  version: same<number>,
  createdUnixMs: time,
  origin: textOrNull,
  lastReleasedUnixMs: time,
  lastReleasedDecision: decisionNumber,
})
export type VolumeKeyAnswer = ReturnType<typeof volumeKey>

const saidTier = answer<TierWord__Output>()({
  tier: tierWord,
  operator: same<string>,
  reason: same<string>,
  saidUnixMs: time,
})

const operatorAction = answer<OperatorAction__Output>()({
  action: same<string>,
  operator: same<string>,
  reason: same<string>,
  doneUnixMs: time,
})
export type OperatorActionAnswer = ReturnType<typeof operatorAction>

export const machineDetail = answer<MachineDetail__Output>()({
  machine: (value) => (value === null ? null : machine(value)),
  akName: hexOrNull,
  ekNames: listOf(toHex),
  machineKey: hexOrNull,
  stateGeneration: same<number>,
  recent: listOf(decision),
  keys: listOf(volumeKey),
  alarms: same<string[]>,
  instance: textOrNull,
  tierWords: listOf(saidTier),
  tierWaiting: listOf(saidTier),
  tierPeople: same<number>,
  actions: listOf(operatorAction),
})
export type MachineDetailAnswer = ReturnType<typeof machineDetail>

const policySignature = answer<PolicySignature__Output>()({
  engineer: same<string>,
  keyId: same<string>,
  algorithm: same<string>,
  addedUnixMs: time,
  addedBy: textOrNull,
})

export const policy = answer<Policy__Output>()({
  kind: same<string>,
  reason: textOrNull,
  name: same<string>,
  version: same<number>,
  document: same<string>,
  appliedUnixMs: time,
  appliedBy: textOrNull,
  warnings: same<string[]>,
  sha256: hexOrNull,
  source: textOrNull,
  signatures: listOf(policySignature),
  jws: textOrNull,
  proposedBy: textOrNull,
  proposedUnixMs: time,
  proposal: decisionNumber,
  signaturesRequired: same<number>,
})
export type PolicyAnswer = ReturnType<typeof policy>

const announcementUse = answer<AnnouncementUse__Output>()({
  machine: same<string>,
  ordinal: same<number>,
  decision: decisionNumber,
})

export const announcement = answer<Announcement__Output>()({
  name: same<string>,
  version: same<number>,
  machines: same<string[]>,
  groups: same<string[]>,
  boots: same<number>,
  untilUnixMs: time,
  refusesOldValues: same<boolean>,
  state: (value) => word('ANNOUNCEMENT_STATE_')(value),
  appliedUnixMs: time,
  appliedBy: textOrNull,
  reason: textOrNull,
  uses: listOf(announcementUse),
  withdrawnBy: textOrNull,
  withdrawnReason: textOrNull,
})
export type AnnouncementAnswer = ReturnType<typeof announcement>

export const previewCounts = answer<PreviewCounts__Output>()({
  machines: same<number>,
  boots: same<number>,
  stillBoot: same<number>,
  wouldStop: same<number>,
  wouldWait: same<number>,
  wouldNewlyBoot: same<number>,
  stillStop: same<number>,
  withoutEvidence: same<number>,
})
export type PreviewCountsAnswer = ReturnType<typeof previewCounts>

export const learntPolicy = answer<LearnPolicyResponse__Output>()({
  document: same<string>,
  learntFromDecision: decisionNumber,
})

const reason = answer<Reason__Output>()({
  code: same<string>,
  passed: same<boolean>,
  rule: textOrNull,
  fact: textOrNull,
  wanted: textOrNull,
  source: textOrNull,
  basis: (value) => word('BASIS_')(value),
  untrustedHint: textOrNull,
})
export type ReasonAnswer = ReturnType<typeof reason>

const documentVersion = answer<DocumentVersion__Output>()({
  kind: same<string>,
  name: same<string>,
  version: same<number>,
})

export const effectivePolicy = answer<EffectivePolicy__Output>()({
  machine: same<string>,
  group: same<string>,
  policy: textOrNull,
  policyOfGroup: textOrNull,
  documents: listOf(documentVersion),
  rules: listOf(
    answer<EffectiveRule__Output>()({
      kind: same<string>,
      name: same<string>,
      rule: same<string>,
      wanted: same<string>,
    }),
  ),
})
export type EffectivePolicyAnswer = ReturnType<typeof effectivePolicy>

export const proposedPolicy = answer<ProposePolicyResponse__Output>()({
  name: same<string>,
  version: same<number>,
  source: same<string>,
  document: same<string>,
  changes: same<string[]>,
  remaining: listOf(reason),
  expected: listOf(documentVersion),
})
export type ProposedPolicyAnswer = ReturnType<typeof proposedPolicy>

export const changedBoot = answer<ChangedBoot__Output>()({
  machine: same<string>,
  decision: decisionNumber,
  before: (value) => word('BOOT_OUTCOME_')(value),
  after: (value) => word('BOOT_OUTCOME_')(value),
  cause: (value) => (value === null ? null : reason(value)),
})
export type ChangedBootAnswer = ReturnType<typeof changedBoot>

export const attestationToken = answer<AttestationToken__Output>()({ token: same<string>, expiresUnixMs: time })

export const decisionDetail = answer<DecisionDetail__Output>()({
  decision: (value) => (value === null ? null : decision(value)),
  reasons: listOf(reason),
  bootDiff: same<string[]>,
  comparedWith: decisionNumber,
  resolvedBy: textOrNull,
  resolution: textOrNull,
})
export type DecisionDetailAnswer = ReturnType<typeof decisionDetail>
