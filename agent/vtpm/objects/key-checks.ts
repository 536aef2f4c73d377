import { equalInConstantTime } from '../../../core/bytes/index.ts'
import {
  ALG,
  curve,
  defaultRsaExponent,
  digest,
  digestSize,
  hashAlgorithm,
  isOnCurve,
  leftPad,
  RC,
  type EccPublic,
  type KeyedHashPublic,
  type RsaPublic,
  type SymCipherPublic,
  type TPMT_PUBLIC,
  type TPMT_SENSITIVE,
} from '../../../core/tpm/index.ts'
import { bytesToBigInt } from '../keys/big-integer.ts'
import { privateKeyOf } from '../keys/private-key.ts'
import { publicPointOf } from '../keys/derive-key.ts'

type Problem = number | undefined

/** The digest in the public area of a symmetric object that binds its secret (Part 1, 27.5.3). */
export const boundUnique = (nameAlg: number, seedValue: Uint8Array, sensitive: Uint8Array): Uint8Array =>
  digest(nameAlg, seedValue, sensitive)

/** Whether a public area holds a key at all (Part 1, 27.6); beside its secret, a nameless one need not be bound to it. */
export function checkPublicKey(publicArea: TPMT_PUBLIC, isAlone = false): Problem {
  switch (publicArea.type) {
    case ALG.rsa:
      return checkRsa(publicArea)
    case ALG.ecc:
      return isOnCurve(curve(publicArea.parameters.curveID), publicArea.unique) ? undefined : RC.eccPoint
    case ALG.keyedhash:
    case ALG.symcipher:
      if (publicArea.nameAlg === ALG.null) return isAlone && publicArea.unique.length > 0 ? RC.key : undefined
      return publicArea.unique.length === digestSize(publicArea.nameAlg) ? undefined : RC.key
  }
}

function checkRsa({ parameters, unique }: RsaPublic): Problem {
  const isOdd = ((unique.at(-1) ?? 0) & 1) === 1
  if (8 * unique.length !== parameters.keyBits || (unique[0] ?? 0) < 0x80 || !isOdd) return RC.key
  return isRsaExponent(parameters.exponent) ? undefined : RC.range
}

/** Whether an RSA key may have this exponent: the default one, or a larger prime. */
export const isRsaExponent = (exponent: number): boolean =>
  exponent === 0 || (exponent >= defaultRsaExponent && isPrime(exponent))

/** By trial: there are few divisors to try below 2^16. */
function isPrime(value: number): boolean {
  if (value % 2 === 0) return false
  for (let divisor = 3; divisor * divisor <= value; divisor += 2) if (value % divisor === 0) return false
  return true
}

/** Whether public and sensitive area are of one object (Part 1, 27.6). */
export function checkBinding(publicArea: TPMT_PUBLIC, sensitive: TPMT_SENSITIVE): Problem {
  if (sensitive.sensitiveType !== publicArea.type) return RC.type
  if (publicArea.nameAlg !== ALG.null && sensitive.authValue.length > digestSize(publicArea.nameAlg)) return RC.size
  switch (publicArea.type) {
    case ALG.rsa: {
      const { sensitive: prime } = sensitive
      if (2 * prime.length !== publicArea.unique.length) return RC.keySize
      return divides(prime, publicArea.unique) && isUsable(publicArea, sensitive) ? undefined : RC.binding
    }
    case ALG.ecc:
      return isKeyOf(publicArea, sensitive.sensitive) ? undefined : RC.binding
    case ALG.keyedhash:
    case ALG.symcipher: {
      if (!isOfItsSize(publicArea, sensitive)) return RC.keySize
      if (publicArea.nameAlg === ALG.null) return undefined
      const expected = boundUnique(publicArea.nameAlg, sensitive.seedValue, sensitive.sensitive)
      return equalInConstantTime(expected, publicArea.unique) ? undefined : RC.binding
    }
  }
}

/** A cipher's key is as long as it says, an HMAC key no longer than a block of its hash, and the seed as a Name's digest. */
function isOfItsSize(publicArea: KeyedHashPublic | SymCipherPublic, { sensitive, seedValue }: TPMT_SENSITIVE): boolean {
  if (publicArea.nameAlg !== ALG.null && seedValue.length !== digestSize(publicArea.nameAlg)) return false
  if (publicArea.type === ALG.symcipher) {
    const { sym } = publicArea.parameters
    return sym.algorithm === ALG.null || 8 * sensitive.length === sym.keyBits
  }
  return isHmacKeySize(publicArea, sensitive.length)
}

/** Whether the scheme's hash takes a key of this size as it is. */
export function isHmacKeySize({ parameters: { scheme } }: KeyedHashPublic, size: number): boolean {
  return scheme.scheme === ALG.null || size <= hashAlgorithm(scheme.hashAlg).blockBytes
}

function divides(prime: Uint8Array, modulus: Uint8Array): boolean {
  const p = bytesToBigInt(prime)
  return p > 1n && bytesToBigInt(modulus) % p === 0n
}

/** A prime that is none, or that the exponent does not suit, divides the modulus and still makes no key. */
function isUsable(publicArea: RsaPublic, sensitive: TPMT_SENSITIVE): boolean {
  try {
    privateKeyOf(publicArea, sensitive)
    return true
  } catch {
    // neither the arithmetic nor OpenSSL has a question for it that does not throw
    return false
  }
}

function isKeyOf(publicArea: EccPublic, d: Uint8Array): boolean {
  const { coordinateBytes, order } = curve(publicArea.parameters.curveID)
  const scalar = bytesToBigInt(d)
  if (scalar === 0n || scalar >= order) return false
  const { x, y } = publicPointOf(publicArea.parameters.curveID, d)
  const { unique } = publicArea
  return (
    equalInConstantTime(x, leftPad(unique.x, coordinateBytes)) &&
    equalInConstantTime(y, leftPad(unique.y, coordinateBytes))
  )
}
