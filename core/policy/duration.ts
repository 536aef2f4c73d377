/** A duration as documents write it (90s, 15m, 2h). */
export function milliseconds(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined
  const units = { s: 1000, m: 60_000, h: 3_600_000 } as const
  return Number(duration.slice(0, -1)) * units[duration.slice(-1) as keyof typeof units]
}
