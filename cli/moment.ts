import { relativeTime } from './duration.ts'
import { toned, type Cell } from './page.ts'

const seconds = (rfc3339: string): string => rfc3339.replace(/\.[0-9]+Z$/, 'Z')

/** A time for a person: to the second, UTC. */
export function moment(rfc3339: string | null): Cell {
  return rfc3339 === null ? toned('dim', 'never') : seconds(rfc3339)
}

/** The same with how long ago that is. */
export function momentAgo(rfc3339: string | null, nowMs: number): readonly Cell[] {
  if (rfc3339 === null) return [moment(null)]
  return [seconds(rfc3339), toned('dim', `  ${relativeTime(Date.parse(rfc3339), nowMs)}`)]
}
