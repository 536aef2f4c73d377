import { bytesToBigInt, equalInConstantTime } from '../../../core/bytes/index.ts'
import {
  ALG,
  curve,
  defaultRsaExponent,
  digest,
  digestSize,
  hashAlgorithm,
  hmac,
  isOnCurve,
  leftPad,
  RC,
  type EccPublic,
  type KeyedHashPublic,
  type RsaPublic,
  type TPMT_PUBLIC,
  type TPMT_SENSITIVE,
} from '../../../core/tpm/index.ts'
import { privateKeyOf } from '../keys/private-key.ts'
import { isWeakTripleDesKey } from '../keys/triple-des-key.ts'
import { publicPointOf } from '../keys/derive-key.ts'

type Problem = number | undefined

/**
 * The digest in the public area of a symmetric object that binds its secret (Part 1, 27.5.3): over seed and secret; of
 * a parent, whose seed is a key, the secret's HMAC.
 */
export function boundUnique(
  { nameAlg, objectAttributes: a }: Pick<TPMT_PUBLIC, 'nameAlg' | 'objectAttributes'>,
  seedValue: Uint8Array,
  sensitive: Uint8Array,
): Uint8Array {
  const isParent = a.restricted && a.decrypt
  return isParent ? hmac(nameAlg, seedValue, sensitive) : digest(nameAlg, seedValue, sensitive)
}

/** Whether a public area that comes without its secret holds a key at all (Part 1, 27.6). */
export function checkPublicKey(publicArea: TPMT_PUBLIC): Problem {
  switch (publicArea.type) {
    case ALG.rsa:
      return isOdd(publicArea.unique) ? checkRsa(publicArea) : RC.key
    case ALG.ecc: {
      const row = curve(publicArea.parameters.curveID)
      const { x, y } = publicArea.unique
      if (x.length !== row.coordinateBytes || y.length !== row.coordinateBytes) return RC.key
      return isOnCurve(row, publicArea.unique) ? undefined : RC.eccPoint
    }
    case ALG.keyedhash:
    case ALG.symcipher: {
      const size = publicArea.nameAlg === ALG.null ? 0 : digestSize(publicArea.nameAlg)
      return publicArea.unique.length === size ? undefined : RC.key
    }
  }
}

const isOdd = (value: Uint8Array): boolean => ((value.at(-1) ?? 0) & 1) === 1

function checkRsa({ parameters, unique }: RsaPublic): Problem {
  if (8 * unique.length !== parameters.keyBits || (unique[0] ?? 0) < 0x80) return RC.key
  const { exponent } = parameters
  return exponent !== 0 && exponent < smallestForeignExponent ? RC.value : undefined
}

/** Of keys that were made elsewhere, libtpms takes all others for which there is a private exponent. */
const smallestForeignExponent = 7

/** Whether an RSA key that is made here may have this exponent: the default one, or a larger prime. */
export const isRsaExponent = (exponent: number): boolean =>
  exponent === 0 || (exponent >= defaultRsaExponent && isPrime(exponent))

/** By trial: there are few divisors to try below 2^16. */
function isPrime(value: number): boolean {
  if (value % 2 === 0) return false
  for (let divisor = 3; divisor * divisor <= value; divisor += 2) if (value % divisor === 0) return false
  return true
}

/** What is wrong with a key, and which of its areas is to blame; both where they do not go together. */
export interface Mismatch {
  readonly rc: number
  readonly blames: 'secret' | 'public' | 'both'
}
const secretOf = (rc: number): Mismatch => ({ rc, blames: 'secret' })
const mismatched: Mismatch = { rc: RC.binding, blames: 'both' }

/** Whether public and sensitive area are of one object (Part 1, 27.6): with both, the public key follows from the secret. */
export function checkBinding(publicArea: TPMT_PUBLIC, sensitive: TPMT_SENSITIVE): Mismatch | undefined {
  if (sensitive.sensitiveType !== publicArea.type) return secretOf(RC.type)
  const digestBytes = publicArea.nameAlg === ALG.null ? Infinity : digestSize(publicArea.nameAlg)
  if (sensitive.authValue.length > digestBytes) return secretOf(RC.size)
  const problem = publicArea.type === ALG.rsa ? checkRsa(publicArea) : undefined
  if (problem !== undefined) return { rc: problem, blames: 'public' }
  if (!isOfItsSize(publicArea, sensitive, digestBytes)) return secretOf(RC.keySize)
  if (isTripleDes(publicArea) && isWeakTripleDesKey(sensitive.sensitive)) return secretOf(RC.key)
  if (publicArea.type === ALG.ecc && !isScalar(publicArea, sensitive.sensitive))
    return { rc: RC.keySize, blames: 'both' }
  return isBound(publicArea, sensitive) ? undefined : mismatched
}

function isBound(publicArea: TPMT_PUBLIC, sensitive: TPMT_SENSITIVE): boolean {
  switch (publicArea.type) {
    case ALG.rsa:
      return divides(sensitive.sensitive, publicArea.unique) && isUsable(publicArea, sensitive)
    case ALG.ecc:
      return isKeyOf(publicArea, sensitive.sensitive)
    case ALG.keyedhash:
    case ALG.symcipher: {
      if (publicArea.nameAlg === ALG.null) return true
      const expected = boundUnique(publicArea, sensitive.seedValue, sensitive.sensitive)
      return equalInConstantTime(expected, publicArea.unique)
    }
  }
}

/**
 * A cipher's key is as long as it says, a prime half as long as its modulus, an HMAC key no longer than a block of its hash;
 * the seed of a symmetric object is as long as a Name's digest, of others no longer.
 */
function isOfItsSize(publicArea: TPMT_PUBLIC, secret: TPMT_SENSITIVE, digestBytes: number): boolean {
  const { sensitive, seedValue } = secret
  switch (publicArea.type) {
    case ALG.rsa:
      return seedValue.length <= digestBytes && isPrimeOf(publicArea.unique, sensitive)
    case ALG.ecc:
      return seedValue.length <= digestBytes
    case ALG.keyedhash:
      return isSeedSize(seedValue, digestBytes) && isHmacKeySize(publicArea, sensitive.length)
    case ALG.symcipher: {
      return isSeedSize(seedValue, digestBytes) && 8 * sensitive.length === publicArea.parameters.sym.keyBits
    }
  }
}

/** Half as long as the modulus, and not padded. */
const isPrimeOf = (modulus: Uint8Array, prime: Uint8Array): boolean =>
  2 * prime.length === modulus.length && (prime[0] ?? 0) >= 0x80

const isSeedSize = (seed: Uint8Array, digestBytes: number): boolean =>
  digestBytes === Infinity || seed.length === digestBytes

export const isTripleDes = (publicArea: TPMT_PUBLIC): boolean =>
  publicArea.type === ALG.symcipher && publicArea.parameters.sym.algorithm === ALG.tdes

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

/** Whether it lies above zero and below the order. */
function isScalar({ parameters }: EccPublic, d: Uint8Array): boolean {
  const scalar = bytesToBigInt(d)
  return scalar > 0n && scalar < curve(parameters.curveID).order
}

function isKeyOf(publicArea: EccPublic, d: Uint8Array): boolean {
  const { coordinateBytes } = curve(publicArea.parameters.curveID)
  const { x, y } = publicPointOf(publicArea.parameters.curveID, d)
  const { unique } = publicArea
  return (
    equalInConstantTime(x, leftPad(unique.x, coordinateBytes)) &&
    equalInConstantTime(y, leftPad(unique.y, coordinateBytes))
  )
}
