import { blockCipher } from '../block-ciphers.ts'
import { choice, oneOf, sized, struct, u16, type Infer } from '../codec.ts'
import { ALG } from '../constants/algorithms.ts'
import { RC } from '../constants/response-codes.ts'
import {
  TPM2B_ECC_PARAMETER,
  TPM2B_PUBLIC_KEY_RSA,
  TPMI_ALG_ECC_SCHEME_NULL,
  TPMI_ALG_HASH,
  TPMI_ALG_KDF_NULL,
  TPMI_ALG_RSA_DECRYPT_NULL,
  TPMI_ALG_RSA_SCHEME_NULL,
  TPMI_ALG_SIG_SCHEME,
  TPMI_ALG_SIG_SCHEME_NULL,
  TPMI_ALG_SYM_MODE_NULL,
  TPMI_ALG_SYM_NULL,
  TPMI_ALG_SYM_OBJECT,
  TPMI_ALG_SYM_OBJECT_NULL,
  TPMI_ECC_CURVE,
} from './base.ts'
import { TPMT_HA } from './pcr.ts'

/** Part 2, 11.1.3 and 11.1.4: the key sizes and modes of a block cipher. */
const cipher = (id: number) => {
  const { name, keyBits } = blockCipher(id)
  return { keyBits: oneOf(`TPMI_${name}_KEY_BITS`, u16, keyBits, RC.value), mode: TPMI_ALG_SYM_MODE_NULL } as const
}
const ciphers = {
  [ALG.tdes]: cipher(ALG.tdes),
  [ALG.aes]: cipher(ALG.aes),
  [ALG.camellia]: cipher(ALG.camellia),
} as const

/** Part 2, 11.1.6: for sessions, where XOR obfuscation is possible too. */
export const TPMT_SYM_DEF = choice('TPMT_SYM_DEF+', {
  tag: ['algorithm', TPMI_ALG_SYM_NULL],
  cases: { ...ciphers, [ALG.xor]: { hash: TPMI_ALG_HASH }, [ALG.null]: {} },
})
export type TPMT_SYM_DEF = Infer<typeof TPMT_SYM_DEF>
/** Part 2, 11.1.7. */
export const TPMT_SYM_DEF_OBJECT = choice('TPMT_SYM_DEF_OBJECT+', {
  tag: ['algorithm', TPMI_ALG_SYM_OBJECT_NULL],
  cases: { ...ciphers, [ALG.null]: {} },
})
export type TPMT_SYM_DEF_OBJECT = Infer<typeof TPMT_SYM_DEF_OBJECT>
/** TPMT_SYM_DEF_OBJECT of a cipher's key: one that is missing is refused when it is read. */
export const TPMT_SYM_DEF_OBJECT_GIVEN = choice('TPMT_SYM_DEF_OBJECT', {
  tag: ['algorithm', TPMI_ALG_SYM_OBJECT],
  cases: ciphers,
})

const hashScheme = { hashAlg: TPMI_ALG_HASH } as const
const ecdaaScheme = { hashAlg: TPMI_ALG_HASH, count: u16 } as const
const nothing = {} as const

/** Part 2, 11.2.1.5. */
export const TPMT_SIG_SCHEME = choice('TPMT_SIG_SCHEME+', {
  tag: ['scheme', TPMI_ALG_SIG_SCHEME_NULL],
  cases: {
    [ALG.rsassa]: hashScheme,
    [ALG.rsapss]: hashScheme,
    [ALG.ecdsa]: hashScheme,
    [ALG.ecschnorr]: hashScheme,
    [ALG.sm2]: hashScheme,
    [ALG.ecdaa]: ecdaaScheme,
    [ALG.hmac]: hashScheme,
    [ALG.null]: nothing,
  },
})
export type TPMT_SIG_SCHEME = Infer<typeof TPMT_SIG_SCHEME>

/** Part 2, 11.1.23. */
export const TPMT_KEYEDHASH_SCHEME = choice('TPMT_KEYEDHASH_SCHEME+', {
  tag: ['scheme', oneOf('TPMI_ALG_KEYEDHASH_SCHEME+', u16, [ALG.hmac, ALG.xor, ALG.null], RC.value)],
  cases: {
    [ALG.hmac]: hashScheme,
    [ALG.xor]: { hashAlg: TPMI_ALG_HASH, kdf: TPMI_ALG_KDF_NULL },
    [ALG.null]: nothing,
  },
})
export type TPMT_KEYEDHASH_SCHEME = Infer<typeof TPMT_KEYEDHASH_SCHEME>

/** Part 2, 11.2.3.3. */
export const TPMT_KDF_SCHEME = choice('TPMT_KDF_SCHEME+', {
  tag: ['scheme', TPMI_ALG_KDF_NULL],
  cases: {
    [ALG.mgf1]: hashScheme,
    [ALG.kdf1_sp800_56a]: hashScheme,
    [ALG.kdf2]: hashScheme,
    [ALG.kdf1_sp800_108]: hashScheme,
    [ALG.null]: nothing,
  },
})
export type TPMT_KDF_SCHEME = Infer<typeof TPMT_KDF_SCHEME>

/** Part 2, 11.2.4.2. */
export const TPMT_RSA_SCHEME = choice('TPMT_RSA_SCHEME+', {
  tag: ['scheme', TPMI_ALG_RSA_SCHEME_NULL],
  cases: {
    [ALG.rsassa]: hashScheme,
    [ALG.rsapss]: hashScheme,
    [ALG.rsaes]: nothing,
    [ALG.oaep]: hashScheme,
    [ALG.null]: nothing,
  },
})
export type TPMT_RSA_SCHEME = Infer<typeof TPMT_RSA_SCHEME>
/** Part 2, 11.2.4.4. */
export const TPMT_RSA_DECRYPT = choice('TPMT_RSA_DECRYPT+', {
  tag: ['scheme', TPMI_ALG_RSA_DECRYPT_NULL],
  cases: { [ALG.rsaes]: nothing, [ALG.oaep]: hashScheme, [ALG.null]: nothing },
})
export type TPMT_RSA_DECRYPT = Infer<typeof TPMT_RSA_DECRYPT>

/** Part 2, 11.2.5.6. */
export const TPMT_ECC_SCHEME = choice('TPMT_ECC_SCHEME+', {
  tag: ['scheme', TPMI_ALG_ECC_SCHEME_NULL],
  cases: {
    [ALG.ecdsa]: hashScheme,
    [ALG.ecschnorr]: hashScheme,
    [ALG.sm2]: hashScheme,
    [ALG.ecdaa]: ecdaaScheme,
    [ALG.ecdh]: hashScheme,
    [ALG.ecmqv]: hashScheme,
    [ALG.null]: nothing,
  },
})
export type TPMT_ECC_SCHEME = Infer<typeof TPMT_ECC_SCHEME>

const rsaSignature = { hash: TPMI_ALG_HASH, sig: TPM2B_PUBLIC_KEY_RSA } as const
const eccSignature = { hash: TPMI_ALG_HASH, signatureR: TPM2B_ECC_PARAMETER, signatureS: TPM2B_ECC_PARAMETER } as const

const cases = {
  [ALG.rsassa]: rsaSignature,
  [ALG.rsapss]: rsaSignature,
  [ALG.ecdsa]: eccSignature,
  [ALG.ecschnorr]: eccSignature,
  [ALG.sm2]: eccSignature,
  [ALG.ecdaa]: eccSignature,
  [ALG.hmac]: { hmac: TPMT_HA },
  [ALG.null]: nothing,
} as const

/** Part 2, 11.3.4, where it may be missing. */
export const TPMT_SIGNATURE = choice('TPMT_SIGNATURE+', { tag: ['sigAlg', TPMI_ALG_SIG_SCHEME_NULL], cases })
/** TPMT_SIGNATURE as a TPM takes it: one that is missing is refused when it is read. */
export const TPMT_SIGNATURE_GIVEN = choice('TPMT_SIGNATURE', { tag: ['sigAlg', TPMI_ALG_SIG_SCHEME], cases })
export type TPMT_SIGNATURE = Infer<typeof TPMT_SIGNATURE>

/** Part 2, 11.2.5.2. */
export const TPMS_ECC_POINT = struct('TPMS_ECC_POINT', { x: TPM2B_ECC_PARAMETER, y: TPM2B_ECC_PARAMETER })
export type TPMS_ECC_POINT = Infer<typeof TPMS_ECC_POINT>
/** Part 2, 11.2.5.3. */
export const TPM2B_ECC_POINT = sized('TPM2B_ECC_POINT', TPMS_ECC_POINT)

/** TPMT_KDF_SCHEME of a curve, whose hash this TPM need not have. */
const CURVE_KDF_SCHEME = choice('TPMT_KDF_SCHEME+ of a curve', {
  tag: ['scheme', TPMI_ALG_KDF_NULL],
  cases: { [ALG.kdf1_sp800_56a]: { hashAlg: u16 }, [ALG.null]: nothing },
})

/** Part 2, 11.2.5.7. */
export const TPMS_ALGORITHM_DETAIL_ECC = struct('TPMS_ALGORITHM_DETAIL_ECC', {
  curveID: TPMI_ECC_CURVE,
  keySize: u16,
  kdf: CURVE_KDF_SCHEME,
  sign: TPMT_ECC_SCHEME,
  p: TPM2B_ECC_PARAMETER,
  a: TPM2B_ECC_PARAMETER,
  b: TPM2B_ECC_PARAMETER,
  gX: TPM2B_ECC_PARAMETER,
  gY: TPM2B_ECC_PARAMETER,
  n: TPM2B_ECC_PARAMETER,
  h: TPM2B_ECC_PARAMETER,
})
