import { choice, orEmpty, sized, struct, u32, type Codec, type Infer } from '../codec.ts'
import { ALG } from '../constants/algorithms.ts'
import {
  TPM2B_AUTH,
  TPM2B_DATA,
  TPM2B_DIGEST,
  TPM2B_ECC_PARAMETER,
  TPM2B_LABEL,
  TPM2B_NAME,
  TPM2B_PRIVATE_KEY_RSA,
  TPM2B_PUBLIC_KEY_RSA,
  TPM2B_SENSITIVE_DATA,
  TPM2B_SYM_KEY,
  TPMI_ALG_HASH,
  TPMI_ALG_HASH_NULL,
  TPMI_ALG_PUBLIC,
  TPMI_ECC_CURVE,
  TPMI_RSA_KEY_BITS,
} from './base.ts'
import { TPMA_LOCALITY, TPMA_OBJECT } from './attributes.ts'
import { TPML_PCR_SELECTION } from './pcr.ts'
import {
  TPMS_ECC_POINT,
  TPMT_ECC_SCHEME,
  TPMT_KDF_SCHEME,
  TPMT_KEYEDHASH_SCHEME,
  TPMT_RSA_SCHEME,
  TPMT_SYM_DEF_OBJECT,
  TPMT_SYM_DEF_OBJECT_GIVEN,
} from './schemes.ts'

/** Part 2, 12.2.3.5. */
export const TPMS_RSA_PARMS = struct('TPMS_RSA_PARMS', {
  symmetric: TPMT_SYM_DEF_OBJECT,
  scheme: TPMT_RSA_SCHEME,
  keyBits: TPMI_RSA_KEY_BITS,
  exponent: u32,
})
export type TPMS_RSA_PARMS = Infer<typeof TPMS_RSA_PARMS>
/** Part 2, 12.2.3.6. */
export const TPMS_ECC_PARMS = struct('TPMS_ECC_PARMS', {
  symmetric: TPMT_SYM_DEF_OBJECT,
  scheme: TPMT_ECC_SCHEME,
  curveID: TPMI_ECC_CURVE,
  kdf: TPMT_KDF_SCHEME,
})
export type TPMS_ECC_PARMS = Infer<typeof TPMS_ECC_PARMS>
const TPMS_KEYEDHASH_PARMS = struct('TPMS_KEYEDHASH_PARMS', { scheme: TPMT_KEYEDHASH_SCHEME })
const TPMS_SYMCIPHER_PARMS = struct('TPMS_SYMCIPHER_PARMS', { sym: TPMT_SYM_DEF_OBJECT_GIVEN })

/** Part 2, 11.1.11. */
export const TPMS_DERIVE = struct('TPMS_DERIVE', { label: TPM2B_LABEL, context: TPM2B_LABEL })
export type TPMS_DERIVE = Infer<typeof TPMS_DERIVE>

const body = (nameAlg: Codec<number>) => ({ nameAlg, objectAttributes: TPMA_OBJECT, authPolicy: TPM2B_DIGEST }) as const
const cases = {
  [ALG.rsa]: { parameters: TPMS_RSA_PARMS, unique: TPM2B_PUBLIC_KEY_RSA },
  [ALG.ecc]: { parameters: TPMS_ECC_PARMS, unique: TPMS_ECC_POINT },
  [ALG.keyedhash]: { parameters: TPMS_KEYEDHASH_PARMS, unique: TPM2B_DIGEST },
  [ALG.symcipher]: { parameters: TPMS_SYMCIPHER_PARMS, unique: TPM2B_DIGEST },
} as const

/** Part 2, 12.2.4. */
export const TPMT_PUBLIC = choice('TPMT_PUBLIC', { tag: ['type', TPMI_ALG_PUBLIC], body: body(TPMI_ALG_HASH), cases })
export type TPMT_PUBLIC = Infer<typeof TPMT_PUBLIC>
/** TPMT_PUBLIC+, whose nameAlg may be TPM_ALG_NULL. */
export const TPMT_PUBLIC_NULL = choice('TPMT_PUBLIC+', {
  tag: ['type', TPMI_ALG_PUBLIC],
  body: body(TPMI_ALG_HASH_NULL),
  cases,
})
/** Part 2, 12.2.6: TPMT_PUBLIC of an object to be derived, with what it is derived by in the place of `unique`. */
export const TPMT_DERIVED_TEMPLATE = choice('TPMT_PUBLIC', {
  tag: ['type', TPMI_ALG_PUBLIC],
  body: body(TPMI_ALG_HASH),
  cases: {
    [ALG.rsa]: { parameters: TPMS_RSA_PARMS, unique: TPMS_DERIVE },
    [ALG.ecc]: { parameters: TPMS_ECC_PARMS, unique: TPMS_DERIVE },
    [ALG.keyedhash]: { parameters: TPMS_KEYEDHASH_PARMS, unique: TPMS_DERIVE },
    [ALG.symcipher]: { parameters: TPMS_SYMCIPHER_PARMS, unique: TPMS_DERIVE },
  },
})
export type TPMT_DERIVED_TEMPLATE = Infer<typeof TPMT_DERIVED_TEMPLATE>
/** Part 2, 12.2.5. */
export const TPM2B_PUBLIC = sized('TPM2B_PUBLIC', TPMT_PUBLIC)
export const TPM2B_PUBLIC_NULL = sized('TPM2B_PUBLIC+', TPMT_PUBLIC_NULL)

export type RsaPublic = Extract<TPMT_PUBLIC, { type: typeof ALG.rsa }>
export type EccPublic = Extract<TPMT_PUBLIC, { type: typeof ALG.ecc }>
export type KeyedHashPublic = Extract<TPMT_PUBLIC, { type: typeof ALG.keyedhash }>
export type SymCipherPublic = Extract<TPMT_PUBLIC, { type: typeof ALG.symcipher }>

/** Part 2, 11.1.16. */
export const TPMS_SENSITIVE_CREATE = struct('TPMS_SENSITIVE_CREATE', {
  userAuth: TPM2B_AUTH,
  data: TPM2B_SENSITIVE_DATA,
})
export const TPM2B_SENSITIVE_CREATE = sized('TPM2B_SENSITIVE_CREATE', TPMS_SENSITIVE_CREATE)
export type TPMS_SENSITIVE_CREATE = Infer<typeof TPMS_SENSITIVE_CREATE>

/** Part 2, 12.3.2.4. */
export const TPMT_SENSITIVE = choice('TPMT_SENSITIVE', {
  tag: ['sensitiveType', TPMI_ALG_PUBLIC],
  body: { authValue: TPM2B_AUTH, seedValue: TPM2B_DIGEST },
  cases: {
    [ALG.rsa]: { sensitive: TPM2B_PRIVATE_KEY_RSA },
    [ALG.ecc]: { sensitive: TPM2B_ECC_PARAMETER },
    [ALG.keyedhash]: { sensitive: TPM2B_SENSITIVE_DATA },
    [ALG.symcipher]: { sensitive: TPM2B_SYM_KEY },
  },
})
export type TPMT_SENSITIVE = Infer<typeof TPMT_SENSITIVE>
export const TPM2B_SENSITIVE = sized('TPM2B_SENSITIVE', TPMT_SENSITIVE)
export const TPM2B_SENSITIVE_OPTIONAL = orEmpty(TPM2B_SENSITIVE)

/** Part 2, 15.1. */
export const TPMS_CREATION_DATA = struct('TPMS_CREATION_DATA', {
  pcrSelect: TPML_PCR_SELECTION,
  pcrDigest: TPM2B_DIGEST,
  locality: TPMA_LOCALITY,
  parentNameAlg: TPMI_ALG_HASH_NULL,
  parentName: TPM2B_NAME,
  parentQualifiedName: TPM2B_NAME,
  outsideInfo: TPM2B_DATA,
})
export type TPMS_CREATION_DATA = Infer<typeof TPMS_CREATION_DATA>
export const TPM2B_CREATION_DATA = sized('TPM2B_CREATION_DATA', TPMS_CREATION_DATA)
