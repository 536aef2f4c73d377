/** Days of the week as a policy names them. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/** A time of the week, in the clock of a place: from one minute of a day to another, over midnight where the end is earlier. */
export interface Window {
  readonly text: string
  /** Days on which it begins. */
  readonly days: ReadonlySet<Weekday>
  /** Minutes since midnight; the end is not in it. */
  readonly fromMinute: number
  readonly toMinute: number
  readonly clock: Intl.DateTimeFormat
}

/**
 * The clock of a place by its IANA name (`Europe/Berlin`), with its rules for summer.
 * @throws RangeError if there is no such place.
 */
export function clockOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
}

/** The first window that a moment lies in. */
export function windowAt(unixMs: number, windows: readonly Window[]): Window | undefined {
  return windows.find(({ days, fromMinute, toMinute, clock }) => {
    const { day, minute } = localTime(unixMs, clock)
    if (fromMinute < toMinute) return days.has(day) && minute >= fromMinute && minute < toMinute
    return (days.has(day) && minute >= fromMinute) || (days.has(dayBefore(day)) && minute < toMinute)
  })
}

function localTime(unixMs: number, clock: Intl.DateTimeFormat): { readonly day: Weekday; readonly minute: number } {
  const parts = new Map(clock.formatToParts(unixMs).map(({ type, value }) => [type, value]))
  const day = parts.get('weekday')?.toLowerCase()
  const known = weekdays.find((name) => name === day)
  if (known === undefined) throw new TypeError(`no weekday: ${day ?? ''}`)
  return { day: known, minute: 60 * Number(parts.get('hour')) + Number(parts.get('minute')) }
}

function dayBefore(day: Weekday): Weekday {
  return weekdays[(weekdays.indexOf(day) + 6) % 7] ?? day
}
