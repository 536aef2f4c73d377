import { equalInConstantTime } from '../../../core/bytes/index.ts'
import {
  ALG,
  digestSize,
  encode,
  RC,
  type KeyedHashPublic,
  type TPMA_OBJECT,
  type TPMT_PUBLIC,
  TPMT_SYM_DEF_OBJECT,
  withoutTrailingZeros,
} from '../../../core/tpm/index.ts'

/** Whether an authValue is longer than an object's may be; zeros at its end do not count (Part 1, 19.6.4.3). */
export const isAuthTooLong = (authValue: Uint8Array, nameAlg: number): boolean =>
  withoutTrailingZeros(authValue).length > digestSize(nameAlg)

/** A response code, or undefined where nothing is wrong. */
type Problem = number | undefined
/** What a parent demands of its children; a hierarchy is a fixedTPM parent. */
export type ParentAttributes = Pick<TPMA_OBJECT, 'fixedTPM' | 'encryptedDuplication'>

const restrictedDecryption = ({ restricted, decrypt, sign }: TPMA_OBJECT): boolean => restricted && decrypt && !sign

/** Whether other objects may be under this one (Part 1, 27.2): a restricted decryption key with a symmetric algorithm. */
export const isStorageParent = ({ type, objectAttributes }: TPMT_PUBLIC): boolean =>
  type !== ALG.keyedhash && restrictedDecryption(objectAttributes)

/** Whether other objects may be derived from this one (Part 1, 28): a restricted decryption key that is no cipher. */
export const isDerivationParent = ({ type, objectAttributes }: TPMT_PUBLIC): boolean =>
  type === ALG.keyedhash && restrictedDecryption(objectAttributes)

export const isAsymmetric = ({ type }: TPMT_PUBLIC): boolean => type === ALG.rsa || type === ALG.ecc

/** Whether attributes and schemes go together (Part 3, 12.1 and Part 1, 27), for every object with a parent. */
export function checkPublic(publicArea: TPMT_PUBLIC, parent: ParentAttributes | undefined): Problem {
  const { objectAttributes: a, authPolicy, nameAlg, type } = publicArea
  if (nameAlg === ALG.null) return RC.hash
  if (authPolicy.length !== 0 && authPolicy.length !== digestSize(nameAlg)) return RC.size
  const isUnderFixed = parent?.fixedTPM ?? true
  if (isUnderFixed ? a.fixedParent !== a.fixedTPM : a.fixedTPM) return RC.attributes
  if (a.restricted && a.decrypt === a.sign) return RC.attributes
  if (a.fixedTPM && a.encryptedDuplication) return RC.attributes
  if (parent !== undefined && !isUnderFixed && a.encryptedDuplication !== parent.encryptedDuplication)
    return RC.attributes
  if (type !== ALG.keyedhash && !a.sign && !a.decrypt) return RC.attributes
  return checkScheme(publicArea)
}

/** A parent that stays under its own protects by the same hash and the same cipher (Part 1, 27.2 and Part 2, 12.2.3.5). */
export function checkProtection(publicArea: TPMT_PUBLIC, parentArea: TPMT_PUBLIC): Problem {
  if (!isStorageParent(publicArea) || !publicArea.objectAttributes.fixedParent) return undefined
  if (publicArea.nameAlg !== parentArea.nameAlg) return RC.hash
  return isSame(protectionOf(publicArea), protectionOf(parentArea)) ? undefined : RC.symmetric
}

function protectionOf(publicArea: TPMT_PUBLIC): TPMT_SYM_DEF_OBJECT {
  if (publicArea.type === ALG.keyedhash) return { algorithm: ALG.null }
  return publicArea.type === ALG.symcipher ? publicArea.parameters.sym : publicArea.parameters.symmetric
}

const isSame = (one: TPMT_SYM_DEF_OBJECT, other: TPMT_SYM_DEF_OBJECT): boolean =>
  equalInConstantTime(encode(TPMT_SYM_DEF_OBJECT, one), encode(TPMT_SYM_DEF_OBJECT, other))

/** What Create and CreatePrimary demand besides (Part 3, 12.1.1). */
export function checkCreation(
  publicArea: TPMT_PUBLIC,
  parent: ParentAttributes | undefined,
  sensitiveDataBytes: number,
): Problem {
  const { objectAttributes: a, type } = publicArea
  if (!a.sensitiveDataOrigin) {
    const isFixedKey = a.restricted && (a.fixedTPM || a.fixedParent)
    if (sensitiveDataBytes === 0 || isAsymmetric(publicArea) || isFixedKey) return RC.attributes
  } else if ((parent !== undefined && sensitiveDataBytes > 0) || (type === ALG.keyedhash && !a.sign && !a.decrypt))
    return RC.attributes
  return checkPublic(publicArea, parent)
}

/** Part 1, 27.4 and Part 2, 12.2.3: which scheme and symmetric algorithm the attributes allow. */
export function checkScheme(publicArea: TPMT_PUBLIC): Problem {
  const { objectAttributes } = publicArea
  switch (publicArea.type) {
    case ALG.symcipher:
      return objectAttributes.decrypt && publicArea.parameters.sym.mode === ALG.cmac ? RC.scheme : undefined
    case ALG.keyedhash:
      return checkKeyedHashScheme(publicArea)
    case ALG.rsa:
      return checkAsymmetric(publicArea, rsaUse(publicArea.parameters.scheme.scheme))
    case ALG.ecc:
      return checkAsymmetric(publicArea, eccUse(publicArea.parameters.scheme.scheme))
  }
}

function checkKeyedHashScheme({ parameters, objectAttributes: a }: KeyedHashPublic): Problem {
  const { scheme } = parameters.scheme
  if (a.sign === a.decrypt) return scheme === ALG.null ? undefined : RC.scheme
  if (a.restricted && parameters.scheme.scheme === ALG.xor && parameters.scheme.kdf !== ALG.kdf1_sp800_108)
    return RC.scheme
  return (a.sign ? scheme === ALG.hmac : scheme === ALG.xor) ? undefined : RC.scheme
}

type SchemeUse = 'sign' | 'decrypt' | 'either' | 'none'
const rsaUse = (scheme: number): SchemeUse => {
  if (scheme === ALG.null) return 'none'
  return scheme === ALG.rsassa || scheme === ALG.rsapss ? 'sign' : 'decrypt'
}
const eccUse = (scheme: number): SchemeUse => {
  if (scheme === ALG.null) return 'none'
  if (scheme === ALG.sm2) return 'either'
  return scheme === ALG.ecdh || scheme === ALG.ecmqv ? 'decrypt' : 'sign'
}

function checkAsymmetric(publicArea: TPMT_PUBLIC & { type: typeof ALG.rsa | typeof ALG.ecc }, use: SchemeUse): Problem {
  const { objectAttributes: a } = publicArea
  const { symmetric } = publicArea.parameters
  const isParent = a.restricted && a.decrypt
  const isFit = use === 'none' || use === 'either' || a.sign === (use === 'sign')
  if (a.sign === a.decrypt || isParent ? use !== 'none' : !isFit) return RC.scheme
  if (a.restricted && a.sign && !a.decrypt && use === 'none') return RC.scheme
  if (!isParent && symmetric.algorithm !== ALG.null) return RC.symmetric
  if (publicArea.type === ALG.ecc && publicArea.parameters.kdf.scheme !== ALG.null) return RC.kdf
  if (!isParent) return undefined
  // Of another mode than CFB, the only one that protects children, libtpms makes parents too
  return symmetric.algorithm === ALG.null ? RC.symmetric : undefined
}
