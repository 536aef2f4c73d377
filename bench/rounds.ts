/** One thing, done by us and by what we are measured against. */
export interface Contest {
  readonly name: string
  readonly ours: () => unknown
  readonly theirs: () => unknown
}

export interface Ratio {
  readonly name: string
  /** Median of all rounds, in microseconds. */
  readonly oursUs: number
  readonly theirsUs: number
  readonly ratio: number
}

/** As many rounds as count run before, up to so many: V8 has compiled both sides then. */
const maxWarmUpRounds = 300

/** Runs both sides in turn, so that whatever else the machine does meets both alike. */
export async function compare({ name, ours, theirs }: Contest, rounds: number): Promise<Ratio> {
  const times = { ours: [] as number[], theirs: [] as number[] }
  for (let round = -Math.min(rounds, maxWarmUpRounds); round < rounds; round++) {
    const us = { ours: await timeUs(ours), theirs: await timeUs(theirs) }
    if (round < 0) continue
    times.ours.push(us.ours)
    times.theirs.push(us.theirs)
  }
  const [oursUs, theirsUs] = [median(times.ours), median(times.theirs)]
  return { name, oursUs, theirsUs, ratio: oursUs / theirsUs }
}

async function timeUs(act: () => unknown): Promise<number> {
  const begin = process.hrtime.bigint()
  await act()
  return Number(process.hrtime.bigint() - begin) / 1000
}

export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** What a bench came to. */
export interface Table {
  readonly title: string
  readonly ratios: readonly Ratio[]
}

/** A table for eyes. */
export function print({ title, ratios }: Table): void {
  console.log(title)
  for (const { name, oursUs, theirsUs, ratio } of ratios)
    console.log(`  ${name.padEnd(34)} ${us(oursUs)} ${us(theirsUs)}  ${ratio.toFixed(2).padStart(6)}`)
  const mean = Math.exp(ratios.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / ratios.length)
  console.log(`  ${'geometric mean'.padEnd(34)} ${' '.repeat(29)}${mean.toFixed(2).padStart(6)}\n`)
}

const us = (value: number): string => `${value.toFixed(0)} us`.padStart(13)
