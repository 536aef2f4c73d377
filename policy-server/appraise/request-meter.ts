import { toHex } from '../../core/bytes/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import type { MachinePeer } from './admission/admission-record.ts'
import type { Clock } from './parts.ts'

const minuteMs = 60_000
/** More askers than that are not told apart any more: the oldest is forgotten, so that counting cannot fill memory. */
const mostAskers = 65_536

interface Count {
  asked: number
  beganUnixMs: number
}

/**
 * Bounds what one machine may ask for from one address in a minute: each request that is refused leaves a record. A thief
 * elsewhere who holds a copy of the machine's key does not use up what the machine itself may ask for.
 */
export class RequestMeter {
  readonly #clock: Clock
  readonly #perMinute: number
  readonly #counts = new Map<string, Count>()

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock
    this.#perMinute = perMinute
  }

  /** @throws RpcError `request/too-many`. */
  count({ id, address }: Pick<MachinePeer, 'id' | 'address'>): void {
    const key = `${toHex(id)} ${address}`
    const now = this.#clock()
    const known = this.#counts.get(key)
    const count = known === undefined || now - known.beganUnixMs >= minuteMs ? { asked: 0, beganUnixMs: now } : known
    count.asked += 1
    this.#counts.delete(key)
    this.#counts.set(key, count)
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > mostAskers && oldest !== undefined) this.#counts.delete(oldest)
    if (count.asked > this.#perMinute) throw new RpcError('request/too-many')
  }
}
