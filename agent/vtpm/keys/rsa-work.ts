import { availableParallelism } from 'node:os'
import { bytesToBigInt } from '../../../core/bytes/index.ts'
import type { SeededStream } from './byte-stream.ts'
import { PowerThreads } from './power-threads.ts'
import { PrimePool } from './prime-pool.ts'
import { randomPrime } from './random-prime.ts'
import { deriveRsaKey, type RsaKey, rsaKeyOf } from './rsa-key.ts'

/** Where RSA keys are made, away from the event loop. */
export interface RsaWork {
  /** A random key. */
  generate(bits: number, exponent: number): Promise<RsaKey>
  /** The key that follows from a stream of bytes, which stands behind it afterwards. */
  derive(bits: number, exponent: number, stream: SeededStream): Promise<RsaKey>
  /** A command came to the TPM that works here. */
  noteCommand(): void
}

/** Threads beyond this number have nothing to do: a search is one guest's, and most guests want none. */
const maxThreads = 4
/** So long no command must have come before a prime is made for later. */
const quietMs = 250

/** Makes the RSA keys of all TPMs of a process: random ones on Node's thread pool, derived ones on threads of its own. */
export class RsaWorkshop implements RsaWork {
  readonly #threads: PowerThreads
  readonly #pool: PrimePool | undefined
  readonly #ticking: NodeJS.Timeout | undefined

  /** `primePool` primes of a size are kept ready; with 0 none is, and nothing is made in advance. */
  constructor({ threads = Math.min(availableParallelism(), maxThreads), primePool = 0 } = {}) {
    this.#threads = new PowerThreads(threads)
    if (primePool === 0) return
    const pool = new PrimePool(primePool)
    this.#pool = pool
    this.#ticking = setInterval(() => {
      pool.tick()
    }, quietMs).unref()
  }

  get primesReady(): number {
    return this.#pool?.ready ?? 0
  }

  async generate(bits: number, exponent: number): Promise<RsaKey> {
    for (;;) {
      const primes = await Promise.all([this.#prime(bits / 2, exponent), this.#prime(bits / 2, exponent)])
      const [p, q] = primes.map(bytesToBigInt) as [bigint, bigint]
      for (const prime of primes) prime.fill(0)
      const key = rsaKeyOf(bits, p, q)
      if (key !== undefined) return key
    }
  }

  derive(bits: number, exponent: number, stream: SeededStream): Promise<RsaKey> {
    return deriveRsaKey(bits, exponent, { stream, threads: this.#threads })
  }

  noteCommand(): void {
    this.#pool?.noteCommand()
  }

  /** Makes nothing in advance any more. */
  close(): void {
    clearInterval(this.#ticking)
  }

  /** A prime p for which p - 1 shares no factor with the exponent, which is prime itself. */
  async #prime(bits: number, exponent: number): Promise<Uint8Array> {
    for (;;) {
      const prime = this.#pool?.take(bits) ?? (await randomPrime(bits))
      if ((bytesToBigInt(prime) - 1n) % BigInt(exponent) !== 0n) return prime
      prime.fill(0)
    }
  }
}

/** The work of one TPM among several: its next key waits for its last one, even if nobody wants that any more. */
export class OwnTurn implements RsaWork {
  readonly #shared: RsaWork
  #last: Promise<unknown> = Promise.resolve()

  constructor(shared: RsaWork) {
    this.#shared = shared
  }

  generate(bits: number, exponent: number): Promise<RsaKey> {
    return this.#next(() => this.#shared.generate(bits, exponent))
  }

  derive(bits: number, exponent: number, stream: SeededStream): Promise<RsaKey> {
    return this.#next(() => this.#shared.derive(bits, exponent, stream))
  }

  noteCommand(): void {
    this.#shared.noteCommand()
  }

  #next(make: () => Promise<RsaKey>): Promise<RsaKey> {
    const key = this.#last.then(make)
    this.#last = key.catch(() => undefined)
    return key
  }
}
