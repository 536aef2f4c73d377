import { buffer, oneOf, u16, u32, u8, where } from '../codec.ts'
import { blockCiphers } from '../block-ciphers.ts'
import { ALG } from '../constants/algorithms.ts'
import { RC } from '../constants/response-codes.ts'
import { RH } from '../constants/handles.ts'
import { curves } from '../ecc/curves.ts'
import { hashAlgorithms } from '../hash.ts'

const hashes = hashAlgorithms.map((row) => row.id)
const ciphers = blockCiphers.map((row) => row.id)

/** Part 2, 9.27 and 9.28. */
export const TPMI_ALG_HASH = oneOf('TPMI_ALG_HASH', u16, hashes, RC.hash)
export const TPMI_ALG_HASH_NULL = oneOf('TPMI_ALG_HASH+', u16, [...hashes, ALG.null], RC.hash)
/** Part 2, 9.36. */
export const TPMI_ALG_MAC_SCHEME_NULL = oneOf(
  'TPMI_ALG_MAC_SCHEME+',
  u16,
  [ALG.cmac, ...hashes, ALG.null],
  RC.symmetric,
)
/** Part 2, 9.29. */
export const TPMI_ALG_SYM_NULL = oneOf('TPMI_ALG_SYM+', u16, [...ciphers, ALG.xor, ALG.null], RC.symmetric)
/** Part 2, 9.30. */
export const TPMI_ALG_SYM_OBJECT = oneOf('TPMI_ALG_SYM_OBJECT', u16, ciphers, RC.symmetric)
export const TPMI_ALG_SYM_OBJECT_NULL = oneOf('TPMI_ALG_SYM_OBJECT+', u16, [...ciphers, ALG.null], RC.symmetric)
const cipherModes = [ALG.ctr, ALG.ofb, ALG.cbc, ALG.cfb, ALG.ecb]
/** Part 2, 9.31. */
export const TPMI_ALG_SYM_MODE_NULL = oneOf('TPMI_ALG_SYM_MODE+', u16, [ALG.cmac, ...cipherModes, ALG.null], RC.mode)
/** Part 2, 9.37: the modes that encrypt. */
export const TPMI_ALG_CIPHER_MODE_NULL = oneOf('TPMI_ALG_CIPHER_MODE+', u16, [...cipherModes, ALG.null], RC.mode)
/** Part 2, 9.32. */
export const TPMI_ALG_KDF_NULL = oneOf(
  'TPMI_ALG_KDF+',
  u16,
  [ALG.mgf1, ALG.kdf1_sp800_56a, ALG.kdf2, ALG.kdf1_sp800_108, ALG.null],
  RC.kdf,
)
const eccSignatureSchemes = [ALG.ecdsa, ALG.ecdaa, ALG.sm2, ALG.ecschnorr]
const signatureSchemes = [ALG.rsassa, ALG.rsapss, ...eccSignatureSchemes, ALG.hmac]
/** Part 2, 9.33. */
export const TPMI_ALG_SIG_SCHEME = oneOf('TPMI_ALG_SIG_SCHEME', u16, signatureSchemes, RC.scheme)
export const TPMI_ALG_SIG_SCHEME_NULL = oneOf('TPMI_ALG_SIG_SCHEME+', u16, [...signatureSchemes, ALG.null], RC.scheme)
/** Part 2, 11.2.4.1. */
export const TPMI_ALG_RSA_SCHEME_NULL = oneOf(
  'TPMI_ALG_RSA_SCHEME+',
  u16,
  [ALG.rsassa, ALG.rsapss, ALG.rsaes, ALG.oaep, ALG.null],
  RC.value,
)
export const TPMI_ALG_RSA_DECRYPT_NULL = oneOf('TPMI_ALG_RSA_DECRYPT+', u16, [ALG.rsaes, ALG.oaep, ALG.null], RC.value)
/** Part 2, 11.2.5.1. */
export const TPMI_ALG_ECC_SCHEME_NULL = oneOf(
  'TPMI_ALG_ECC_SCHEME+',
  u16,
  [...eccSignatureSchemes, ALG.ecdh, ALG.ecmqv, ALG.null],
  RC.scheme,
)
/** Part 2, 11.2.5.4. */
export const TPMI_ECC_KEY_EXCHANGE = oneOf('TPMI_ECC_KEY_EXCHANGE', u16, [ALG.ecdh, ALG.ecmqv, ALG.sm2], RC.scheme)
/** Part 2, 12.2.2. */
export const TPMI_ALG_PUBLIC = oneOf('TPMI_ALG_PUBLIC', u16, [ALG.rsa, ALG.ecc, ALG.keyedhash, ALG.symcipher], RC.type)
/** Part 2, 11.2.5.5. */
export const TPMI_ECC_CURVE = oneOf(
  'TPMI_ECC_CURVE',
  u16,
  curves.map((row) => row.id),
  RC.curve,
)
/** Part 2, 11.2.4.6; the largest a verifier meets is an EK of 4096 bits. */
export const TPMI_RSA_KEY_BITS = oneOf('TPMI_RSA_KEY_BITS', u16, [1024, 2048, 3072, 4096], RC.value)

/** Part 2, 9.2. */
export const TPMI_YES_NO = where('TPMI_YES_NO', u8, (value) => value <= 1, RC.value)
/** Part 2, 9.13. */
export const TPMI_RH_HIERARCHY = oneOf(
  'TPMI_RH_HIERARCHY+',
  u32,
  [RH.owner, RH.platform, RH.endorsement, RH.null],
  RC.value,
)

/** TPMT_HA with the largest digest. */
const maxHashBytes = 2 + 64
/** BN_P638. */
const maxEccBytes = 80
const maxRsaBytes = 512

export const TPM2B_DIGEST = buffer('TPM2B_DIGEST', 64)
export const TPM2B_NONCE = buffer('TPM2B_NONCE', 64)
export const TPM2B_AUTH = buffer('TPM2B_AUTH', 64)
export const TPM2B_DATA = buffer('TPM2B_DATA', maxHashBytes)
export const TPM2B_EVENT = buffer('TPM2B_EVENT', 1024)
export const TPM2B_MAX_BUFFER = buffer('TPM2B_MAX_BUFFER', 1024)
export const TPM2B_MAX_NV_BUFFER = buffer('TPM2B_MAX_NV_BUFFER', 1024)
export const TPM2B_TIMEOUT = buffer('TPM2B_TIMEOUT', 8)
export const TPM2B_IV = buffer('TPM2B_IV', 16)
export const TPM2B_NAME = buffer('TPM2B_NAME', 68)
export const TPM2B_SYM_KEY = buffer('TPM2B_SYM_KEY', 32)
export const TPM2B_SENSITIVE_DATA = buffer('TPM2B_SENSITIVE_DATA', 128)
export const TPM2B_PUBLIC_KEY_RSA = buffer('TPM2B_PUBLIC_KEY_RSA', maxRsaBytes)
export const TPM2B_PRIVATE_KEY_RSA = buffer('TPM2B_PRIVATE_KEY_RSA', (maxRsaBytes * 5) / 2)
export const TPM2B_ECC_PARAMETER = buffer('TPM2B_ECC_PARAMETER', maxEccBytes)
export const TPM2B_ENCRYPTED_SECRET = buffer('TPM2B_ENCRYPTED_SECRET', maxRsaBytes)
export const TPM2B_ID_OBJECT = buffer('TPM2B_ID_OBJECT', 2 * maxHashBytes)
export const TPM2B_PRIVATE = buffer('TPM2B_PRIVATE', 2048)
export const TPM2B_LABEL = buffer('TPM2B_LABEL', 32)
export const TPM2B_TEMPLATE = buffer('TPM2B_TEMPLATE', 1024)
