import { ALG, CURVE, TPMA_OBJECT, type TPMT_PUBLIC } from '../../core/tpm/index.ts'

/** TCG TPM v2.0 Provisioning Guidance, 7.8. */
export const storageKeyHandle = 0x81000001

export const storageKeyKinds = ['rsa-2048', 'rsa-3072', 'ecc-p384'] as const
export type StorageKeyKind = (typeof storageKeyKinds)[number]

const objectAttributes = TPMA_OBJECT.of(
  'fixedTPM',
  'fixedParent',
  'sensitiveDataOrigin',
  'userWithAuth',
  'noDA',
  'restricted',
  'decrypt',
)
const none = { scheme: ALG.null } as const
const strong = {
  nameAlg: ALG.sha384,
  symmetric: { algorithm: ALG.aes, keyBits: 256, mode: ALG.cfb },
} as const
const usual = {
  nameAlg: ALG.sha256,
  symmetric: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb },
} as const

/** The storage root keys that swtpm_setup makes, by their algorithm. */
export const storageKeys: Readonly<Record<StorageKeyKind, TPMT_PUBLIC>> = {
  'rsa-2048': rsaStorageKey(2048, usual),
  'rsa-3072': rsaStorageKey(3072, strong),
  'ecc-p384': {
    ...{ type: ALG.ecc, nameAlg: strong.nameAlg, objectAttributes, authPolicy: new Uint8Array(0) },
    parameters: { symmetric: strong.symmetric, scheme: none, curveID: CURVE.nistP384, kdf: none },
    unique: { x: new Uint8Array(48), y: new Uint8Array(48) },
  },
}

function rsaStorageKey(keyBits: 2048 | 3072, { nameAlg, symmetric }: typeof usual | typeof strong): TPMT_PUBLIC {
  return {
    ...{ type: ALG.rsa, nameAlg, objectAttributes, authPolicy: new Uint8Array(0) },
    parameters: { symmetric, scheme: none, keyBits, exponent: 0 },
    unique: new Uint8Array(keyBits / 8),
  }
}
