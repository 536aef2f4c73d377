import { createECDH } from 'node:crypto'
import { curve, type Random } from '../../../core/tpm/index.ts'
import { bigIntToBytes, bytesToBigInt } from './big-integer.ts'
import { nextPrime } from './prime.ts'
import type { RsaKey } from './rsa-work.ts'

/** Primes that lie closer together would let Fermat factor the modulus (FIPS 186-5, A.1.3). */
const minPrimeDistanceBits = 100

/** An RSA key out of a stream of bytes. */
export function deriveRsaKey(bits: number, exponent: number, random: Random): RsaKey {
  const e = BigInt(exponent)
  const p = nextPrime(bits / 2, e, random)
  for (;;) {
    const q = nextPrime(bits / 2, e, random)
    const distance = p > q ? p - q : q - p
    if (distance >> BigInt(bits / 2 - minPrimeDistanceBits) === 0n) continue
    return { modulus: bigIntToBytes(p * q, bits / 8), prime: bigIntToBytes(p, bits / 16) }
  }
}

export interface EccKey {
  readonly d: Uint8Array
  readonly x: Uint8Array
  readonly y: Uint8Array
}

/** FIPS 186-5, A.2.1: with so many extra bits the scalar is uniform for all purposes. */
const extraBytes = 8

/** An ECC key out of a stream of bytes. */
export function deriveEccKey(curveID: number, random: Random): EccKey {
  const { order, coordinateBytes } = curve(curveID)
  const drawn = random(coordinateBytes + extraBytes)
  const d = bigIntToBytes((bytesToBigInt(drawn) % (order - 1n)) + 1n, coordinateBytes)
  drawn.fill(0)
  return { d, ...publicPointOf(curveID, d) }
}

/** d * G. */
export function publicPointOf(curveID: number, d: Uint8Array): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const { node, coordinateBytes } = curve(curveID)
  const ecdh = createECDH(node)
  ecdh.setPrivateKey(d)
  const point = new Uint8Array(ecdh.getPublicKey())
  return { x: point.slice(1, 1 + coordinateBytes), y: point.slice(1 + coordinateBytes) }
}
