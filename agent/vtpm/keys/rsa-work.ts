import { generateKeyPair } from 'node:crypto'
import { jwkNumber } from './jwk-number.ts'

/** An RSA key as a TPM keeps it: the modulus and one of its primes. */
export interface RsaKey {
  readonly modulus: Uint8Array
  readonly prime: Uint8Array
}

/** Where RSA keys are made, away from the event loop. */
export interface RsaWork {
  /** A random key. */
  generate(bits: number, exponent: number): Promise<RsaKey>
}

/** Node's thread pool. */
export const threadPool: RsaWork = {
  generate: (bits, exponent) =>
    new Promise((resolve, reject) => {
      generateKeyPair('rsa', { modulusLength: bits, publicExponent: exponent }, (error, _publicKey, privateKey) => {
        if (error !== null) {
          reject(error)
          return
        }
        const { n, p } = privateKey.export({ format: 'jwk' })
        resolve({ modulus: jwkNumber(n), prime: jwkNumber(p) })
      })
    }),
}
