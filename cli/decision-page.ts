import type { DecisionDetailAnswer, ReasonAnswer } from './answers.ts'
import { momentAgo } from './moment.ts'
import { toned, type Cell, type Page } from './page.ts'
import { outcomeCell } from './words.ts'

/** So many of each fit on one screen; `--all` shows the rest. */
const screenful = { reasons: 4, differences: 5 } as const

/** What a fact rests on, behind it. */
const basisMeaning: Readonly<Record<string, string>> = {
  measured: '  [proved by a digest]',
  quoted: '  [signed by the TPM]',
  vouched: '  [vouched for by the platform]',
  recorded: '  [known to the server]',
  asked: '  [asked by the machine]',
}

function describeReason(page: Page, reason: ReasonAnswer): void {
  const mark = reason.passed ? toned('good', '  + ') : toned('bad', '  ! ')
  const rule = reason.rule === null ? '' : `  ${reason.rule}`
  const source = reason.source === null ? '' : toned('dim', `  (${reason.source})`)
  page.line(mark, toned('strong', reason.code), rule, source)
  const basis = basisMeaning[reason.basis] ?? ''
  if (reason.fact !== null) page.line(toned('dim', '      found   '), reason.fact, toned('dim', basis))
  if (reason.wanted !== null) page.line(toned('dim', '      wanted  '), reason.wanted)
  if (reason.untrustedHint !== null)
    page.line(
      toned('dim', '      hint    '),
      reason.untrustedHint,
      toned('warn', '  (the log says so; nothing proves it)'),
    )
}

function describeReasons(page: Page, reasons: readonly ReasonAnswer[], all: boolean): void {
  const against = reasons.filter(({ passed }) => !passed)
  const shown = all ? against : against.slice(0, screenful.reasons)
  if (against.length > 0) page.line().line(toned('bad', `Against it, ${against.length} of ${reasons.length} rules:`))
  for (const reason of shown) describeReason(page, reason)
  if (shown.length < against.length) page.line(toned('dim', `  … and ${against.length - shown.length} more: --all`))

  const passed = reasons.filter((reason) => reason.passed)
  if (passed.length === 0) return
  page
    .line()
    .line(
      toned('good', `For it, ${passed.length} of ${reasons.length} rules`),
      all ? ':' : toned('dim', '  (--all lists them)'),
    )
  if (all) for (const reason of passed) describeReason(page, reason)
}

function describeDifferences(page: Page, detail: DecisionDetailAnswer, all: boolean): void {
  if (detail.comparedWith === null) return
  const shown = all ? detail.bootDiff : detail.bootDiff.slice(0, screenful.differences)
  const since = `the boot of decision ${detail.comparedWith}, the last accepted one`
  page.line().line(detail.bootDiff.length === 0 ? `Nothing differs from ${since}.` : `What differs from ${since}:`)
  for (const difference of shown) page.line('  ', difference)
  if (shown.length < detail.bootDiff.length) {
    page.line(toned('dim', `  … and ${detail.bootDiff.length - shown.length} more: --all`))
  }
}

/** What the engineer can do about it, where there is something. */
export function nextStepAfter({ decision, reasons, resolvedBy }: DecisionDetailAnswer): string | undefined {
  const name = decision?.machineName ?? undefined
  if (decision === null || name === undefined) return undefined
  const failed = reasons.filter(({ passed }) => !passed).map(({ code }) => code)
  if (failed.includes('policy/none')) return `bootlatch policy learn ${name} -o ${name}.yaml`
  if (decision.outcome !== 'held' || resolvedBy !== null) return undefined
  // Offered only where nothing else speaks against the start: a fork is no matter of approval.
  const approvable = failed.length > 0 && failed.every((code) => code === 'admission/approval')
  return approvable
    ? `bootlatch machine accept ${name} --decision ${decision.number}`
    : `bootlatch machine show ${name}`
}

/** One decision on one screen: what, whom, why, and what differs from the last good boot. */
export function describeDecision(page: Page, detail: DecisionDetailAnswer, nowMs: number, all: boolean): Page {
  const { decision } = detail
  if (decision === null) return page.line('The server named no decision.')
  const policy: Cell =
    decision.policy === null ? toned('dim', 'none') : `${decision.policy} version ${decision.policyVersion ?? '?'}`
  page
    .line(toned('strong', `Decision ${decision.number}`), `  ${decision.gate}  `, outcomeCell(decision.outcome))
    .facts([
      ['Machine', decision.machineName ?? toned('dim', 'unknown'), toned('dim', `  ${decision.machineId ?? ''}`)],
      ['Decided', ...momentAgo(decision.decided, nowMs)],
      ['Asked from', decision.peer ?? toned('dim', 'unknown')],
      ['Policy', policy],
      ...versionFacts('Groups', decision.groupVersions),
      ...versionFacts('References', decision.referenceVersions),
      ...announcedFacts(detail.reasons),
      ['Boot', decision.bootId ?? toned('dim', 'none')],
      ...(detail.resolvedBy === null ? [] : [resolved(detail.resolvedBy, detail.resolution)]),
    ])
  describeReasons(page, detail.reasons, all)
  describeDifferences(page, detail, all)
  return page
}

/** Announcements that let the boot through. */
function announcedFacts(reasons: readonly ReasonAnswer[]): readonly [string, Cell][] {
  return reasons
    .filter(({ code }) => code === 'policy/announcement')
    .map(({ rule, fact }) => ['Announced', `${rule ?? ''}: ${fact ?? ''}`])
}

/** Other documents that took part. */
function versionFacts(name: string, versions: Readonly<Record<string, number>>): readonly [string, Cell][] {
  const words = Object.entries(versions).map(([document, version]) => `${document} version ${version}`)
  return words.length === 0 ? [] : [[name, words.join(', ')]]
}

function resolved(by: string, resolution: string | null): [string, Cell] {
  return ['Settled', `by ${by}${resolution === null ? '' : `: ${resolution}`}`]
}
