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
  /** With client and TPMs on one CPU, one command in turn. */
  readonly togetherRatio: number
  readonly cap: number | undefined
  readonly isCheap: boolean
  readonly isExtra: boolean
}

interface Mean {
  readonly name: string
  readonly ratio: number
  readonly togetherRatio: number
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

/** What one TPM takes with a CPU of its own, and beside its client. */
export interface Measured {
  readonly apart: Times
  readonly together: Times
}

export function lineOf({ name, cap, isExtra = false }: Contest, ours: Measured, theirs: Measured): Line {
  const [oursUs, theirsUs] = [ours.apart.us, theirs.apart.us]
  const isCheap = theirsUs < cheapUs
  return {
    name,
    oursUs,
    theirsUs,
    ratio: oursUs / theirsUs,
    firstRatio: ours.apart.firstUs / theirs.apart.firstUs,
    togetherRatio: ours.together.us / theirs.together.us,
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
  lines.length === 0
    ? []
    : [
        {
          name,
          ratio: geometricMean(lines.map(({ ratio }) => ratio)),
          togetherRatio: geometricMean(lines.map(({ togetherRatio }) => togetherRatio)),
          cap,
        },
      ]

const geometricMean = (ratios: readonly number[]): number =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)

/** A table for eyes. */
export function printReport({ title, lines, means }: Report): void {
  console.log(title)
  console.log(`  ${''.padEnd(30)}${columns.map((column) => column.padStart(columnWidth)).join('')}`)
  for (const { name, oursUs, theirsUs, togetherRatio, firstRatio, ratio, cap } of lines)
    console.log(
      `  ${name.padEnd(30)}${us(oursUs)}${us(theirsUs)}${figure(togetherRatio)}${figure(firstRatio)}${verdict(ratio, cap)}`,
    )
  for (const { name, ratio, togetherRatio, cap } of means)
    console.log(`  ${name.padEnd(30 + 2 * columnWidth)}${figure(togetherRatio)}${figure()}${verdict(ratio, cap)}`)
}

const columnWidth = 11
const columns = ['Bootlatch', 'swtpm', 'one CPU', 'first 100', 'warm'] as const
const us = (value: number): string => `${value.toFixed(0)} us`.padStart(columnWidth)
const figure = (ratio?: number): string => (ratio?.toFixed(2) ?? '').padStart(columnWidth)

function verdict(ratio: number, cap: number | undefined): string {
  const holds = cap === undefined ? '' : `  cap ${cap.toFixed(2)} ${ratio <= cap ? 'holds' : 'DOES NOT HOLD'}`
  return `${figure(ratio)}${holds}`
}
