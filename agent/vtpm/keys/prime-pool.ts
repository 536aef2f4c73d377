import { randomPrime } from './random-prime.ts'

/** Half an RSA-2048 key, the commonest; primes of another size are stocked from the first time one is asked for. */
const commonBits = 1024

/**
 * Random primes made in advance, for all TPMs of a process. Each is handed out once. The stock is filled while nobody wants
 * anything: in a span between two ticks in which a command came, no prime is begun, and never two at a time.
 */
export class PrimePool {
  readonly #wanted: number
  readonly #make: (bits: number) => Promise<Uint8Array>
  readonly #stock = new Map<number, Uint8Array[]>([[commonBits, []]])
  #commands = 0
  #commandsAtLastTick = -1
  #isMaking = false

  /** A pool that holds up to `wanted` primes of each size. */
  constructor(wanted: number, make = randomPrime) {
    this.#wanted = wanted
    this.#make = make
  }

  /** How many primes are ready. */
  get ready(): number {
    return [...this.#stock.values()].reduce((sum, { length }) => sum + length, 0)
  }

  /** A prime that is now the caller's, to be zeroed after use; undefined where none is ready. */
  take(bits: number): Uint8Array | undefined {
    const primes = this.#stock.get(bits)
    if (primes === undefined) this.#stock.set(bits, [])
    return primes?.pop()
  }

  /** A command came, to whichever TPM. */
  noteCommand(): void {
    this.#commands += 1
  }

  /** To be called after each span of time that counts as quiet if no command came in it. */
  tick(): void {
    const isQuiet = this.#commands === this.#commandsAtLastTick
    this.#commandsAtLastTick = this.#commands
    // Where a prime cannot be made now, the next span without a command is the next chance.
    if (isQuiet) this.#fill().catch(() => undefined)
  }

  /** Makes primes one after another, until there are enough or somebody wants something. */
  async #fill(): Promise<void> {
    if (this.#isMaking) return
    this.#isMaking = true
    try {
      while (this.#commands === this.#commandsAtLastTick) {
        const [bits, primes] = [...this.#stock].find(([, { length }]) => length < this.#wanted) ?? []
        if (bits === undefined) return
        primes?.push(await this.#make(bits))
      }
    } finally {
      this.#isMaking = false
    }
  }
}
