import ipaddr from 'ipaddr.js'

/** How many connections a listener takes, in all and from one place. */
export interface ConnectionLimits {
  readonly open: number
  readonly openPerAddress: number
  /** New ones a minute from one place. */
  readonly newPerMinutePerAddress: number
}

/** More places than that are not told apart any more: the oldest is forgotten, so that counting cannot fill memory. */
const mostPlaces = 65_536
const minuteMs = 60_000

interface Place {
  open: number
  newInMinute: number
  minuteBeganMs: number
}

/** Counts connections and says which are too many. */
export class ConnectionGate {
  readonly #limits: ConnectionLimits
  readonly #clock: () => number
  readonly #places = new Map<string, Place>()
  #open = 0

  constructor(limits: ConnectionLimits, clock: () => number) {
    this.#limits = limits
    this.#clock = clock
  }

  /** What to call when the connection ends; undefined where it must be refused. */
  admit(address: string): (() => void) | undefined {
    const now = this.#clock()
    const key = placeOf(address)
    const place = this.#places.get(key) ?? { open: 0, newInMinute: 0, minuteBeganMs: now }
    if (now - place.minuteBeganMs >= minuteMs) Object.assign(place, { newInMinute: 0, minuteBeganMs: now })
    this.#remember(key, place)
    place.newInMinute += 1

    const { open, openPerAddress, newPerMinutePerAddress } = this.#limits
    if (this.#open >= open || place.open >= openPerAddress || place.newInMinute > newPerMinutePerAddress)
      return undefined
    this.#open += 1
    place.open += 1
    return () => {
      this.#open -= 1
      place.open -= 1
    }
  }

  #remember(key: string, place: Place): void {
    this.#places.delete(key)
    this.#places.set(key, place)
    if (this.#places.size <= mostPlaces) return
    for (const [oldest, { open }] of this.#places) {
      if (open > 0) continue
      this.#places.delete(oldest)
      return
    }
  }
}

/** An IPv6 subscriber has a whole /64 (RFC 6177) and could take another address for each connection. */
function placeOf(address: string): string {
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return parsed.parts.slice(0, 4).join(':')
}
