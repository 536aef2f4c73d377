import { InvalidArgumentError } from 'commander'

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const

/** An invitation that lives longer than this is a password. */
const longestSeconds = 30 * secondsOf.d

/**
 * Reads `90s`, `30m`, `1h`, `7d`, `2w` as seconds.
 * @throws InvalidArgumentError where it is none of these, is nothing, or is longer than 30 days.
 */
export function parseValidity(text: string): number {
  const match = /^([1-9][0-9]{0,6})([smhdw])$/.exec(text)
  if (match === null) throw new InvalidArgumentError('Give a number and a unit: 90s, 30m, 1h, 7d, 2w.')
  const seconds = Number(match[1]) * secondsOf[match[2] as keyof typeof secondsOf]
  if (seconds > longestSeconds) throw new InvalidArgumentError('30d is the longest.')
  return seconds
}

const steps = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
] as const

/** `3 minutes ago`, `in 2 days`, `just now`. */
export function relativeTime(unixMs: number, nowMs: number): string {
  const seconds = Math.abs(unixMs - nowMs) / 1000
  const step = steps.find(([size]) => seconds >= size)
  if (step === undefined) return unixMs > nowMs ? 'in less than a minute' : 'just now'
  const count = Math.floor(seconds / step[0])
  const amount = `${count} ${step[1]}${count === 1 ? '' : 's'}`
  return unixMs > nowMs ? `in ${amount}` : `${amount} ago`
}
