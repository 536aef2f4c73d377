import { setImmediate as nextTurn } from 'node:timers/promises'
import { toHex } from '../../../core/bytes/index.ts'
import type { Announcement } from '../../../core/policy/index.ts'
import {
  announcedTo,
  endingAmong,
  inForceOf,
  liveAmong,
  previewedToken,
  proposalOf,
  withPosted,
  type InForce,
  type PolicyDocument,
  type PolicyShelf,
  type PostedAnnouncement,
  type Proposal,
} from '../../policies/index.ts'
import type { Row, Store, Tx } from '../../store/index.ts'
import type { Clock } from '../parts.ts'
import { bootPlatform } from '../platform/record.ts'
import type { Reason } from '../reasons.ts'
import { storedEvidenceOf } from '../release/evidence-record.ts'
import { judgeByPolicy, type PolicyCase } from '../release/judge.ts'
import { evidenceOfBoots, recordedBoots, type MachineBoots, type RecordedBoot } from './recorded-boots.ts'

/** What becomes of a boot: keys at once, keys after a person's word, or none. */
export type BootOutcome = 'boots' | 'waits' | 'stops'

/** A recorded boot that a proposal would treat in another way. */
export interface ChangedBoot {
  readonly machine: string
  readonly decision: number
  readonly before: BootOutcome
  readonly after: BootOutcome
  /** The first rule against it, where it would not boot; where it would, the one that is against it now. */
  readonly cause: Reason | undefined
}

/** How many recorded boots come out how. */
export interface PreviewCounts {
  readonly machines: number
  readonly boots: number
  readonly stillBoot: number
  readonly wouldStop: number
  readonly wouldWait: number
  readonly wouldNewlyBoot: number
  readonly stillStop: number
  /** Machines of which no verified boot is on record. */
  readonly withoutEvidence: number
}

export type PreviewEvent =
  /** Before the end: what all of it was computed on. */
  | { readonly kind: 'previewed'; readonly token: string }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | ({ readonly kind: 'changed' } & ChangedBoot)
  | ({ readonly kind: 'end' } & PreviewCounts)

export interface PreviewRequest extends PolicyDocument {
  /** How many boots of each machine, the newest first. */
  readonly last: number
  /** Older boots are left out; UTC milliseconds. */
  readonly sinceUnixMs: number
}

interface PreviewContext {
  readonly store: Store
  readonly shelf: PolicyShelf
  readonly clock: Clock
}

/** Evidence of so many boots is in memory at a time: one may have a megabyte. */
const bootsAtOnce = 32

const noCounts: PreviewCounts = {
  machines: 0,
  boots: 0,
  stillBoot: 0,
  wouldStop: 0,
  wouldWait: 0,
  wouldNewlyBoot: 0,
  stillStop: 0,
  withoutEvidence: 0,
}

/**
 * What would become of the newest recorded boots of every machine if a document were applied: their evidence is verified and
 * judged by the code that judges boots. Nothing is kept in memory but the counts and some boots.
 * @throws RpcError `policy/invalid`.
 */
export async function* preview(
  { store, shelf, clock }: PreviewContext,
  request: PreviewRequest,
  gone: AbortSignal,
): AsyncGenerator<PreviewEvent, void, void> {
  const nowUnixMs = clock()
  const { posted, token, ...proposal } = await store.transact(async (tx) => ({
    ...(await proposalOf(tx, shelf, request, nowUnixMs)),
    posted: await shelf.announcements.posted(tx),
    token: await previewedToken(tx, request.document),
  }))
  const isGone = () => gone.aborted
  let counts = noCounts
  for await (const { machines, done, total } of recordedBoots(store, request)) {
    if (isGone()) return
    const withoutEvidence = machines.filter(({ boots }) => boots.length === 0).length
    counts = {
      ...counts,
      machines: counts.machines + machines.length,
      withoutEvidence: counts.withoutEvidence + withoutEvidence,
    }
    const cases = await store.transact((tx) => casesOf(tx, machines, { proposal, posted, nowUnixMs }))
    for (let first = 0; first < cases.length; first += bootsAtOnce) {
      const some = cases.slice(first, first + bootsAtOnce)
      const evidence = await store.transact((tx) =>
        evidenceOfBoots(
          tx,
          some.map(({ boot }) => boot),
        ),
      )
      for (const { machine, boot, standings } of some) {
        if (isGone()) return
        const bytes = evidence.get(toHex(boot.evidenceSha256))
        if (bytes === undefined) throw new TypeError(`no evidence of decision ${boot.decision}`)
        const changed = await judgeBoth(machine, { ...boot, evidence: bytes }, standings)
        counts = counted(counts, changed)
        if (changed.before !== changed.after) yield { kind: 'changed', ...changed }
        // Machines that boot meanwhile are answered between two of these
        await nextTurn()
      }
    }
    if (done < total) yield { kind: 'progress', done, total }
  }
  yield { kind: 'previewed', token }
  yield { kind: 'end', ...counts }
}

/** A boot on record, and what it is judged by. */
interface BootCase {
  readonly machine: Row<'machines'>
  readonly boot: RecordedBoot
  readonly standings: Standings
}

interface JudgedBy {
  readonly proposal: Proposal
  /** All announcements, read once. */
  readonly posted: readonly PostedAnnouncement[]
  readonly nowUnixMs: number
}

async function casesOf(tx: Tx, machines: readonly MachineBoots[], by: JudgedBy): Promise<readonly BootCase[]> {
  const cases: BootCase[] = []
  for (const { machine, boots } of machines) {
    if (boots.length === 0) continue
    const standings = await standingsOf(tx, machine, by)
    for (const boot of boots) cases.push({ machine, boot, standings })
  }
  return cases
}

/** By what a machine is judged. */
type Standing = Pick<PolicyCase, 'policy' | 'announced' | 'ending'>

interface Standings {
  readonly now: Standing
  readonly then: Standing
}

/** By what a machine is judged now, and would be: its policy, and what is announced to it. */
async function standingsOf(
  tx: Tx,
  machine: Row<'machines'>,
  { proposal: { now, then, announcement }, posted, nowUnixMs }: JudgedBy,
): Promise<Standings> {
  const [policyNow, policyThen] = [inForceOf(now, machine), inForceOf(then, machine)]
  const liveFor = (policy: InForce, { versions: { references } }: Proposal['now']) =>
    liveAmong(tx, posted, { machine: announcedTo(machine, policy), references }, nowUnixMs)
  const announcedThen = withPosted(await liveFor(policyThen, then), announcement, announcedTo(machine, policyThen))
  const before = posted.map((one) => one.announcement)
  const after =
    announcement === undefined ? before : [...before.filter(({ name }) => name !== announcement.name), announcement]
  const endingFor = async (policy: InForce, announcements: readonly Announcement[]) =>
    policy.kind === 'one'
      ? await endingAmong(tx, announcements, announcedTo(machine, policy), {
          name: policy.policy.name,
          version: policy.version,
        })
      : []
  return {
    now: { policy: policyNow, announced: await liveFor(policyNow, now), ending: await endingFor(policyNow, before) },
    then: { policy: policyThen, announced: announcedThen, ending: await endingFor(policyThen, after) },
  }
}

async function judgeBoth(
  machine: Row<'machines'>,
  boot: RecordedBoot & { readonly evidence: Uint8Array },
  { now, then }: Standings,
): Promise<ChangedBoot> {
  const evidence = storedEvidenceOf(boot.evidence)
  const judgedBy = async (standing: Standing): Promise<Judged> => {
    const platform = await bootPlatform(standing.policy, boot.boot)
    const { admission, release } = judgeByPolicy({ ...boot, machine, ...standing, platform }, evidence)
    return { outcome: worse(admission.outcome, release.outcome), reasons: [...admission.reasons, ...release.reasons] }
  }
  const before = await judgedBy(now)
  const after = await judgedBy(then)
  const against = after.outcome === 'boots' ? before : after
  return {
    machine: machine.name === '' ? toHex(machine.id) : machine.name,
    decision: boot.decision,
    before: before.outcome,
    after: after.outcome,
    cause: against.reasons.find(({ passed }) => !passed),
  }
}

interface Judged {
  readonly outcome: BootOutcome
  readonly reasons: readonly Reason[]
}

type GateOutcome = 'allow' | 'hold' | 'deny'

function worse(admission: GateOutcome, release: GateOutcome): BootOutcome {
  const both = [admission, release]
  if (both.includes('deny')) return 'stops'
  return both.includes('hold') ? 'waits' : 'boots'
}

function counted(counts: PreviewCounts, { before, after }: ChangedBoot): PreviewCounts {
  const add = (name: keyof PreviewCounts): PreviewCounts => ({
    ...counts,
    boots: counts.boots + 1,
    [name]: counts[name] + 1,
  })
  if (after === 'boots') return add(before === 'boots' ? 'stillBoot' : 'wouldNewlyBoot')
  if (after === 'waits') return add('wouldWait')
  return add(before === 'stops' ? 'stillStop' : 'wouldStop')
}
