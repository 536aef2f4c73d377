import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import type { Random } from '../../../core/tpm/index.ts'
import { bigIntToBytes, bytesToBigInt } from './big-integer.ts'

/** Odd primes below the bound, which sift out most candidates. */
const sievePrimes = oddPrimesBelow(2048)
/** Candidates looked at before new random bytes are drawn. */
const windowSteps = 2048
/** Miller-Rabin rounds of a random 1024-bit candidate for an error below 2^-112 (FIPS 186-5, table B.1). */
const rounds = 5
/** Candidates are 3 modulo 4, where one Miller-Rabin round is one exponentiation. */
const step = 4n

function oddPrimesBelow(bound: number): readonly number[] {
  const primes: number[] = []
  for (let candidate = 3; candidate < bound; candidate += 2) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  }
  return primes
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** base^exponent mod modulus by OpenSSL, as a raw RSA public operation; an order faster than BigInt. */
function power(base: Uint8Array, exponent: bigint, modulus: bigint, size: number): bigint {
  const jwk = { kty: 'RSA', n: base64url(bigIntToBytes(modulus, size)), e: base64url(bigIntToBytes(exponent, size)) }
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return bytesToBigInt(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, base))
}

/** Whether a number that is 3 modulo 4 is prime, by Miller-Rabin with bases from `random`. */
function isProbablePrime(candidate: bigint, size: number, random: Random): boolean {
  for (let round = 0; round < rounds; round++) {
    const base = (bytesToBigInt(random(size)) % (candidate - 3n)) + 2n
    const power_ = power(bigIntToBytes(base, size), (candidate - 1n) / 2n, candidate, size)
    if (power_ !== 1n && power_ !== candidate - 1n) return false
  }
  return true
}

/** Steps of the window that no small prime divides. */
function sift(start: bigint): number[] {
  const isComposite = new Uint8Array(windowSteps)
  for (const prime of sievePrimes) {
    let at = 0
    for (let rest = Number(start % BigInt(prime)); rest !== 0; rest = (rest + Number(step)) % prime) at++
    for (; at < windowSteps; at += prime) isComposite[at] = 1
  }
  return [...isComposite.keys()].filter((at) => isComposite[at] === 0)
}

/** The next prime of this size out of a stream of bytes; its two highest bits are set, and p - 1 has no factor of `exponent`. */
export function nextPrime(bits: number, exponent: bigint, random: Random): bigint {
  const size = bits / 8
  for (;;) {
    const drawn = random(size)
    drawn[0] = (drawn[0] ?? 0) | 0xc0
    drawn[size - 1] = (drawn[size - 1] ?? 0) | 3
    const start = bytesToBigInt(drawn)
    for (const at of sift(start)) {
      const candidate = start + step * BigInt(at)
      if (
        candidate >> BigInt(bits) === 0n &&
        (candidate - 1n) % exponent !== 0n &&
        isProbablePrime(candidate, size, random)
      ) {
        return candidate
      }
    }
  }
}
