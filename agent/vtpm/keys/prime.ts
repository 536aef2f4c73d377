import { bigIntToBytes, bytesToBigInt } from '../../../core/bytes/index.ts'
import type { SeededStream } from './byte-stream.ts'
import { rsaPublicKeyDer } from './der.ts'
import type { Power, PowerThreads } from './power-threads.ts'
import { Sieve } from './sieve.ts'

/** Candidates looked at before new bytes are drawn. */
const windowSteps = 2048
/** Miller-Rabin rounds of a random 1024-bit candidate for an error below 2^-112 (FIPS 186-5, table B.1). */
const rounds = 5
/** Candidates are 3 modulo 4, where one Miller-Rabin round is one exponentiation. */
const step = 4n
/** Candidates that these divide were never looked at: no base in the stream belongs to them. */
const firstSieve = new Sieve(3, 2048)
/** Candidates that these divide fail their first round for certain: only their base is passed over. */
const secondSieve = new Sieve(2048, 1 << 15)
/** Candidates that one thread tests at a time; about one of forty is a prime. */
const batchSize = 6

/** A candidate that no small prime divides. */
interface Candidate {
  readonly value: bigint
  /** How many candidates of the window had a base in the stream before it. */
  readonly basesBefore: number
}

/** Where primes are looked for: the bytes they follow from, and who tests them. */
export interface PrimeSearch {
  readonly stream: SeededStream
  readonly threads: PowerThreads
}

/**
 * The next prime of this size out of a stream of bytes; its two highest bits are set, and p - 1 has no factor of `exponent`.
 * What is read of the stream, and where, is part of every primary key: it can never change.
 */
export async function nextPrime(bits: number, exponent: bigint, search: PrimeSearch): Promise<bigint> {
  for (;;) {
    const prime = await primeOf(drawCandidates(bits, exponent, search.stream), bits / 8, search)
    if (prime !== undefined) return prime
  }
}

/** The candidates of a window, and how many bases the stream holds for them and for those that the second sieve took. */
function drawCandidates(bits: number, exponent: bigint, stream: SeededStream): [readonly Candidate[], number] {
  const size = bits / 8
  const drawn = stream.read(size)
  drawn[0] = (drawn[0] ?? 0) | 0xc0
  drawn[size - 1] = (drawn[size - 1] ?? 0) | 3
  const start = bytesToBigInt(drawn)
  drawn.fill(0)
  const [first, second] = [firstSieve.mark(start, windowSteps), secondSieve.mark(start, windowSteps)]
  const candidates: Candidate[] = []
  let bases = 0
  for (let at = 0; at < windowSteps; at++) {
    if (first[at] === 1) continue
    const value = start + step * BigInt(at)
    if (value >> BigInt(bits) !== 0n || (value - 1n) % exponent === 0n) continue
    if (second[at] !== 1) candidates.push({ value, basesBefore: bases })
    bases++
  }
  return [candidates, bases]
}

/** The first prime of a window. Afterwards the stream stands behind the last base that belongs to a candidate looked at. */
async function primeOf(
  [candidates, bases]: readonly [readonly Candidate[], number],
  size: number,
  { stream, threads }: PrimeSearch,
): Promise<bigint | undefined> {
  let basesAt = stream.position
  const round = ({ value, basesBefore }: Candidate, number: number): Power => {
    stream.position = basesAt + (basesBefore + number) * size
    const base = (bytesToBigInt(stream.read(size)) % (value - 3n)) + 2n
    const [key, minusOne] = [rsaPublicKeyDer(value, (value - 1n) / 2n), bigIntToBytes(value - 1n, size)]
    return { key, base: bigIntToBytes(base, size), minusOne }
  }
  for (let at = 0; at < candidates.length;) {
    const batches = Array.from({ length: threads.count }, (_, batch) => {
      const from = at + batch * batchSize
      return candidates.slice(from, from + batchSize)
    })
    const found = await Promise.all(
      batches.map((batch) =>
        threads.first(
          batch.map((candidate) => round(candidate, 0)),
          true,
        ),
      ),
    )
    const batch = found.findIndex((index) => index >= 0)
    const candidate = batches[batch]?.[found[batch] ?? 0]
    if (candidate === undefined) {
      at += threads.count * batchSize
      continue
    }
    const more = Array.from({ length: rounds - 1 }, (_, number) => round(candidate, number + 1))
    const failed = await threads.first(more, false)
    if (failed < 0) return candidate.value
    // A composite that passed its first round, which nobody has ever seen, had further bases.
    basesAt += (failed + 1) * size
    at = candidates.indexOf(candidate) + 1
  }
  stream.position = basesAt + bases * size
  return undefined
}
