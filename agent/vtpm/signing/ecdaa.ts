import { bigIntToBytes, bytesToBigInt } from '../../../core/bytes/index.ts'
import { type Curve, digest as hashOf, drawScalar, type Random } from '../../../core/tpm/index.ts'
import type { EccSignature } from './ecc-signature.ts'
import { schnorrAnswer } from './ecschnorr.ts'

/** Without the zeros in front. */
function shortest(scalar: Uint8Array): Uint8Array {
  const first = scalar.findIndex((byte) => byte !== 0)
  return scalar.slice(first < 0 ? scalar.length : first)
}

/**
 * ECDAA (Part 1, C.4.2): a Schnorr signature whose random scalar the TPM committed to before. The signature carries the
 * nonce that is hashed with the digest, as short as it is.
 */
export function ecdaaSign(
  row: Curve,
  d: Uint8Array,
  {
    hashAlg,
    digest,
    committed,
  }: { readonly hashAlg: number; readonly digest: Uint8Array; readonly committed: Uint8Array },
  random: Random,
): EccSignature {
  for (;;) {
    const signatureR = shortest(drawScalar(row, random))
    const challenge = bytesToBigInt(hashOf(hashAlg, signatureR, digest))
    const s = schnorrAnswer(row, committed, challenge, d, random)
    if (s !== undefined) return { signatureR, signatureS: bigIntToBytes(s, row.coordinateBytes) }
  }
}
