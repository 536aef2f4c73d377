/** Every odd prime below the bound. */
function oddPrimesBelow(bound: number): number[] {
  const isComposite = new Uint8Array(bound)
  const primes: number[] = []
  for (let candidate = 3; candidate < bound; candidate += 2) {
    if (isComposite[candidate] === 1) continue
    primes.push(candidate)
    for (let multiple = candidate * candidate; multiple < bound; multiple += candidate) isComposite[multiple] = 1
  }
  return primes
}

/** Primes whose product is a whole number that no arithmetic rounds: one long division serves them all. */
interface Group {
  readonly product: bigint
  readonly primes: readonly number[]
}

function grouped(primes: readonly number[]): Group[] {
  const groups: Group[] = []
  let group: number[] = []
  let product = 1
  for (const prime of primes) {
    if (product * prime > Number.MAX_SAFE_INTEGER) {
      groups.push({ product: BigInt(product), primes: group })
      group = []
      product = 1
    }
    group.push(prime)
    product *= prime
  }
  return [...groups, { product: BigInt(product), primes: group }]
}

/**
 * Marks which of the numbers start, start + 4, start + 8 ... some odd prime in [low, high) divides. To be asked of numbers
 * above `high` only: a prime would divide itself.
 */
export class Sieve {
  readonly #groups: readonly Group[]

  constructor(low: number, high: number) {
    this.#groups = grouped(oddPrimesBelow(high).filter((prime) => prime >= low))
  }

  mark(start: bigint, steps: number): Uint8Array {
    const marks = new Uint8Array(steps)
    for (const { product, primes } of this.#groups) {
      const rest = Number(start % product)
      for (const prime of primes) {
        for (let at = firstMultiple(rest % prime, prime); at < steps; at += prime) marks[at] = 1
      }
    }
    return marks
  }
}

/** The step at which rest + 4 * step is a multiple of an odd prime: of the numbers -rest + k * prime the one that 4 divides. */
function firstMultiple(rest: number, prime: number): number {
  let multiple = rest === 0 ? 0 : prime - rest
  while (multiple % 4 !== 0) multiple += prime
  return multiple / 4
}
