import type { ReasonAnswer, ChangedBootAnswer, PreviewCountsAnswer } from './answers.ts'
import { toned, type Page, type Tone } from './page.ts'

/** Recorded boots that a proposal changes in the same way for the same reason. */
export interface PreviewGroup {
  readonly change: string
  readonly boots: number
  readonly cause: ReasonAnswer | null
  /** The first of them. */
  readonly examples: readonly { readonly machine: string; readonly decision: number | null }[]
}

const mostExamples = 5
/** A cause that differs from boot to boot must not fill the memory: what comes later is counted together. */
const mostGroups = 1000

const words: Readonly<Record<string, readonly [text: string, tone: Tone]>> = {
  stops: ['would stop', 'bad'],
  waits: ['would wait for a person', 'warn'],
  boots: ['would newly boot', 'good'],
}

/** Groups changed boots as they come, by what becomes of them and why. */
export class PreviewGroups {
  readonly #groups = new Map<string, PreviewGroup>()

  add({ machine, decision, after, cause }: ChangedBootAnswer): void {
    const [change] = words[after] ?? [after]
    const own = cause === null ? change : JSON.stringify([change, cause.code, cause.rule, cause.fact])
    const key = this.#groups.has(own) || this.#groups.size < mostGroups ? own : change
    const known = this.#groups.get(key) ?? { change, boots: 0, cause: key === own ? cause : null, examples: [] }
    const examples = known.examples.length < mostExamples ? [...known.examples, { machine, decision }] : known.examples
    this.#groups.set(key, { ...known, boots: known.boots + 1, examples })
  }

  /** The largest first. */
  get list(): readonly PreviewGroup[] {
    return [...this.#groups.values()].sort((left, right) => right.boots - left.boots)
  }
}

/** What a proposal would do. */
export interface Preview {
  /** What it was computed on, for whoever applies the document; null where the server is of an earlier version. */
  readonly previewed: string | null
  readonly counts: PreviewCountsAnswer
  /** The largest first. */
  readonly groups: readonly PreviewGroup[]
}

/** The preview on one screen: how many boots come out how, and why. */
export function describePreview(page: Page, { counts, groups }: Preview): void {
  const count = (value: number, tone: Tone) => (value === 0 ? toned('dim', '0') : toned(tone, String(value)))
  page.facts([
    ['machines', String(counts.machines)],
    ['boots on record', String(counts.boots)],
    ['still boot', count(counts.stillBoot, 'good')],
    ['would stop', count(counts.wouldStop, 'bad')],
    ['would wait for a person', count(counts.wouldWait, 'warn')],
    ['would newly boot', count(counts.wouldNewlyBoot, 'warn')],
    ['refused as before', count(counts.stillStop, 'dim')],
    ['no boot on record', count(counts.withoutEvidence, 'dim')],
  ])
  for (const { change, boots, cause, examples } of groups) {
    const [, tone] = Object.values(words).find(([text]) => text === change) ?? ['', 'strong']
    page.line()
    page.line(toned(tone, `${boots} ${change}`), cause === null ? '' : toned('dim', `  ${cause.code}`))
    if (cause !== null)
      page.facts([
        ['  rule', cause.rule ?? ''],
        ['  fact', cause.fact ?? ''],
        ['  wanted', cause.wanted ?? ''],
        ['  from', cause.source ?? ''],
      ])
    const shown = examples.map(({ machine, decision }) => `${machine} (decision ${decision ?? 'unknown'})`).join(', ')
    const more = boots - examples.length
    page.facts([['  boots ', shown + (more > 0 ? ` and ${more} more` : '')]])
  }
}
