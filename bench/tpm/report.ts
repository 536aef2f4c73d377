import type { Contest } from './contest.ts'
import type { Times } from './measure-contest.ts'

/** What one contest came to. */
export interface Line {
  readonly name: string
  readonly oursUs: number
  readonly theirsUs: number
  readonly ratio: number
  /** Of the first hundred rounds, before V8 has compiled all of the way. */
  readonly firstRatio: number
  readonly cap: number | undefined
  readonly isCheap: boolean
  readonly isExtra: boolean
}

interface Mean {
  readonly name: string
  readonly ratio: number
  readonly cap: number
}

export interface Report {
  readonly title: string
  readonly lines: readonly Line[]
  readonly means: readonly Mean[]
}

/** A command that takes swtpm less is cheap: the way to the TPM costs more than what it does. */
const cheapUs = 100
const cheapCap = 1.5
const meanCaps = { all: 0.8, cheap: 1.3 } as const

export function lineOf({ name, cap, isExtra = false }: Contest, ours: Times, theirs: Times): Line {
  const [oursUs, theirsUs] = [ours.us, theirs.us]
  const isCheap = theirsUs < cheapUs
  return {
    name,
    oursUs,
    theirsUs,
    ratio: oursUs / theirsUs,
    firstRatio: ours.firstUs / theirs.firstUs,
    cap: cap ?? (isCheap ? cheapCap : undefined),
    isCheap,
    isExtra,
  }
}

export function reportOf(title: string, lines: readonly Line[]): Report {
  const counted = lines.filter(({ isExtra }) => !isExtra)
  const cheap = counted.filter(({ isCheap }) => isCheap)
  return {
    title,
    lines,
    means: [
      ...meanOf('geometric mean', counted, meanCaps.all),
      ...meanOf('geometric mean of cheap', cheap, meanCaps.cheap),
    ],
  }
}

const meanOf = (name: string, lines: readonly Line[], cap: number): readonly Mean[] =>
  lines.length === 0 ? [] : [{ name, ratio: geometricMean(lines), cap }]

const geometricMean = (lines: readonly Line[]): number =>
  Math.exp(lines.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / lines.length)

/** A table for eyes. */
export function printReport({ title, lines, means }: Report): void {
  console.log(title)
  for (const { name, oursUs, theirsUs, firstRatio, ratio, cap } of lines)
    console.log(`  ${name.padEnd(30)}${us(oursUs)}${us(theirsUs)}${figure(firstRatio)}${verdict(ratio, cap)}`)
  for (const { name, ratio, cap } of means) console.log(`  ${name.padEnd(62)}${verdict(ratio, cap)}`)
}

const us = (value: number): string => `${value.toFixed(0)} us`.padStart(12)
const figure = (ratio: number): string => ratio.toFixed(2).padStart(8)

function verdict(ratio: number, cap: number | undefined): string {
  const holds = cap === undefined ? '' : `  cap ${cap.toFixed(2)} ${ratio <= cap ? 'holds' : 'DOES NOT HOLD'}`
  return `${figure(ratio)}${holds}`
}
