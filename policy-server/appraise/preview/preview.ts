import { setImmediate as nextTurn } from 'node:timers/promises'
import { toHex } from '../../../core/bytes/index.ts'
import {
  announcedTo,
  inForceOf,
  proposalOf,
  withPosted,
  type InForce,
  type PolicyDocument,
  type PolicyShelf,
  type Proposal,
} from '../../policies/index.ts'
import { evidenceOf, type Row, type Store, type Tx } from '../../store/index.ts'
import type { Clock } from '../parts.ts'
import type { Reason } from '../reasons.ts'
import { storedEvidenceOf } from '../release/evidence-record.ts'
import { judgeByPolicy, type PolicyCase } from '../release/judge.ts'
import { recordedBoots, type RecordedBoot } from './recorded-boots.ts'

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

/** Progress is told at most once for so many machines. */
const machinesPerTurn = 64

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
 * judged by the code that judges boots. Nothing is kept in memory but the counts.
 * @throws RpcError `policy/invalid`.
 */
export async function* preview(
  { store, shelf, clock }: PreviewContext,
  request: PreviewRequest,
  gone: AbortSignal,
): AsyncGenerator<PreviewEvent, void, void> {
  const nowUnixMs = clock()
  const proposal = await store.transact((tx) => proposalOf(tx, shelf, request, nowUnixMs))
  const isGone = () => gone.aborted
  let counts = noCounts
  for await (const { machine, boots, at, total } of recordedBoots(store, request)) {
    if (isGone()) return
    counts = {
      ...counts,
      machines: counts.machines + 1,
      withoutEvidence: counts.withoutEvidence + (boots.length === 0 ? 1 : 0),
    }
    const standings = await store.transact((tx) => standingsOf(tx, shelf, machine, proposal, nowUnixMs))
    for (const boot of boots) {
      if (isGone()) return
      const evidence = await store.transact((tx) => evidenceOf(tx, boot))
      if (evidence === undefined) throw new TypeError(`no evidence of decision ${boot.decision}`)
      const changed = judgeBoth(machine, { ...boot, evidence }, standings)
      counts = counted(counts, changed)
      if (changed.before !== changed.after) yield { kind: 'changed', ...changed }
      // Machines that boot meanwhile are answered between two of these
      await nextTurn()
    }
    if (at % machinesPerTurn === 0) yield { kind: 'progress', done: at, total }
    await nextTurn()
  }
  yield { kind: 'end', ...counts }
}

/** By what a machine is judged. */
type Standing = Pick<PolicyCase, 'policy' | 'announced'>

interface Standings {
  readonly now: Standing
  readonly then: Standing
}

/** By what a machine is judged now, and would be: its policy, and what is announced to it. */
async function standingsOf(
  tx: Tx,
  shelf: PolicyShelf,
  machine: Row<'machines'>,
  { now, then, announcement }: Proposal,
  nowUnixMs: number,
): Promise<Standings> {
  const [policyNow, policyThen] = [inForceOf(now, machine), inForceOf(then, machine)]
  const liveFor = (policy: InForce) => shelf.announcements.live(tx, announcedTo(machine, policy), nowUnixMs)
  const announcedThen = withPosted(await liveFor(policyThen), announcement, announcedTo(machine, policyThen))
  return {
    now: { policy: policyNow, announced: await liveFor(policyNow) },
    then: { policy: policyThen, announced: announcedThen },
  }
}

function judgeBoth(
  machine: Row<'machines'>,
  boot: RecordedBoot & { readonly evidence: Uint8Array },
  { now, then }: Standings,
): ChangedBoot {
  const evidence = storedEvidenceOf(boot.evidence)
  const judgedBy = (standing: Standing): Judged => {
    const { admission, release } = judgeByPolicy({ ...boot, machine, ...standing }, evidence)
    return { outcome: worse(admission.outcome, release.outcome), reasons: [...admission.reasons, ...release.reasons] }
  }
  const before = judgedBy(now)
  const after = judgedBy(then)
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
