import { bigIntToBytes } from '../../../core/bytes/index.ts'
import { nextPrime, type PrimeSearch } from './prime.ts'

/** An RSA key as a TPM keeps it: the modulus and one of its primes. */
export interface RsaKey {
  readonly modulus: Uint8Array
  readonly prime: Uint8Array
}

/** Primes that lie closer together would let Fermat factor the modulus (FIPS 186-5, A.1.3). */
const minPrimeDistanceBits = 100

/** The key of two primes, each half as long; undefined where they lie too close together, or their product is too short. */
export function rsaKeyOf(bits: number, p: bigint, q: bigint): RsaKey | undefined {
  const distance = p > q ? p - q : q - p
  const n = p * q
  if (distance >> BigInt(bits / 2 - minPrimeDistanceBits) === 0n || n >> BigInt(bits - 1) !== 1n) return undefined
  return { modulus: bigIntToBytes(n, bits / 8), prime: bigIntToBytes(p, bits / 16) }
}

/** An RSA key out of a stream of bytes. */
export async function deriveRsaKey(bits: number, exponent: number, search: PrimeSearch): Promise<RsaKey> {
  const e = BigInt(exponent)
  const p = await nextPrime(bits / 2, e, search)
  for (;;) {
    const key = rsaKeyOf(bits, p, await nextPrime(bits / 2, e, search))
    if (key !== undefined) return key
  }
}
