import { constants, publicDecrypt, publicEncrypt } from 'node:crypto'
import { bytesToBigInt, equalInConstantTime } from '../../../core/bytes/index.ts'
import {
  ALG,
  curve,
  digestSize,
  type EccPublic,
  hmac,
  publicKeyOf,
  RC,
  type RsaPublic,
  type TPMT_SIGNATURE,
} from '../../../core/tpm/index.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import { ecdsaVerify } from './ecdsa.ts'
import { ecschnorrVerify } from './ecschnorr.ts'
import { digestInfo, isPssOf } from './rsa-padding.ts'
import { sm2Verify } from './sm2.ts'

/** The response code that refuses a signature over a digest, or undefined where the key made it. */
export function refusesSignature(key: LoadedObject, digest: Uint8Array, signature: TPMT_SIGNATURE): number | undefined {
  const isGood = verify(key, digest, signature)
  if (typeof isGood === 'number') return isGood
  return isGood ? undefined : RC.signature
}

function verify(key: LoadedObject, digest: Uint8Array, signature: TPMT_SIGNATURE): boolean | number {
  switch (key.publicArea.type) {
    case ALG.rsa:
      return verifyByRsa(key.publicArea, digest, signature)
    case ALG.ecc:
      return verifyByEcc(key.publicArea, digest, signature)
    case ALG.keyedhash:
      return verifyByHmac(key, digest, signature)
    case ALG.symcipher:
      return RC.scheme
  }
}

function verifyByRsa(publicArea: RsaPublic, digest: Uint8Array, signature: TPMT_SIGNATURE): boolean | number {
  if (signature.sigAlg !== ALG.rsassa && signature.sigAlg !== ALG.rsapss) return RC.scheme
  const { hash, sig } = signature
  if (sig.length !== publicArea.unique.length || digest.length !== digestSize(hash)) return false
  const key = publicKeyOf(publicArea)
  try {
    if (signature.sigAlg === ALG.rsapss) {
      const encoded = publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, sig)
      return isPssOf(hash, digest, publicArea.parameters.keyBits, new Uint8Array(encoded))
    }
    const info = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, sig)
    return equalInConstantTime(info, digestInfo(hash, digest))
  } catch {
    // OpenSSL says by an error that the padding is wrong, or the number larger than the modulus.
    return false
  }
}

function verifyByEcc(
  { parameters, unique }: EccPublic,
  digest: Uint8Array,
  signature: TPMT_SIGNATURE,
): boolean | number {
  const { sigAlg } = signature
  // A verifier of ECDAA needs what no TPM command brings (Part 1, C.4.2).
  if (sigAlg !== ALG.ecdsa && sigAlg !== ALG.ecschnorr && sigAlg !== ALG.sm2) return RC.scheme
  const row = curve(parameters.curveID)
  const numbers = { r: bytesToBigInt(signature.signatureR), s: bytesToBigInt(signature.signatureS) }
  const isInRange = (value: bigint) => value > 0n && value < row.order
  if (!isInRange(numbers.r) || !isInRange(numbers.s)) return false
  switch (sigAlg) {
    case ALG.ecdsa:
      return ecdsaVerify(row, unique, digest, numbers)
    case ALG.ecschnorr:
      return ecschnorrVerify(row, unique, { hashAlg: signature.hash, digest }, numbers)
    case ALG.sm2:
      return sm2Verify(row, unique, digest, numbers)
  }
}

function verifyByHmac({ sensitive }: LoadedObject, digest: Uint8Array, signature: TPMT_SIGNATURE): boolean | number {
  if (sensitive?.sensitiveType !== ALG.keyedhash) return RC.handle
  if (signature.sigAlg !== ALG.hmac) return RC.scheme
  const { hashAlg, digest: mac } = signature.hmac
  return equalInConstantTime(hmac(hashAlg, sensitive.sensitive, digest), mac)
}
