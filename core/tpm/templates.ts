import { fromHex } from '../bytes/index.ts'
import { ALG, CURVE } from './constants/algorithms.ts'
import { TPMA_OBJECT, type EccPublic, type RsaPublic, type TPMT_PUBLIC } from './structures/index.ts'

const empty = new Uint8Array(0)
const aes128Cfb = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
const none = { scheme: ALG.null } as const

/** PolicySecret(TPM_RH_ENDORSEMENT) (TCG EK Credential Profile, B.3.3). */
const policySecretEndorsement = fromHex('837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa')

const ekAttributes = TPMA_OBJECT.of(
  'fixedTPM',
  'fixedParent',
  'sensitiveDataOrigin',
  'adminWithPolicy',
  'restricted',
  'decrypt',
)

/** Template L-1 (TCG EK Credential Profile, B.3.3). */
const ekRsa2048: RsaPublic = {
  type: ALG.rsa,
  nameAlg: ALG.sha256,
  objectAttributes: ekAttributes,
  authPolicy: policySecretEndorsement,
  parameters: { symmetric: aes128Cfb, scheme: none, keyBits: 2048, exponent: 0 },
  unique: new Uint8Array(256),
}

/** Template L-2 (TCG EK Credential Profile, B.3.4). */
const ekP256: EccPublic = {
  type: ALG.ecc,
  nameAlg: ALG.sha256,
  objectAttributes: ekAttributes,
  authPolicy: policySecretEndorsement,
  parameters: { symmetric: aes128Cfb, scheme: none, curveID: CURVE.nistP256, kdf: none },
  unique: { x: new Uint8Array(32), y: new Uint8Array(32) },
}

/** One row for each endorsement key: its template, and where its certificate lies (TCG EK Credential Profile, 2.2.1.4). */
export interface EkTemplate {
  readonly kind: 'rsa-2048' | 'ecc-p256'
  readonly template: TPMT_PUBLIC
  readonly certificateNvIndex: number
}

export const ekTemplates: readonly EkTemplate[] = [
  { kind: 'rsa-2048', template: ekRsa2048, certificateNvIndex: 0x01c00002 },
  { kind: 'ecc-p256', template: ekP256, certificateNvIndex: 0x01c0000a },
]

/** Our attestation key: ECDSA P-256 with SHA-256, restricted to what the TPM itself composes. */
export const akTemplate: EccPublic = {
  type: ALG.ecc,
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of(
    'fixedTPM',
    'fixedParent',
    'sensitiveDataOrigin',
    'userWithAuth',
    'restricted',
    'sign',
  ),
  authPolicy: empty,
  parameters: {
    symmetric: { algorithm: ALG.null },
    scheme: { scheme: ALG.ecdsa, hashAlg: ALG.sha256 },
    curveID: CURVE.nistP256,
    kdf: none,
  },
  unique: { x: empty, y: empty },
}

/**
 * The same for a TPM that others have in hand, without its protection from guesses: an authorization value of 32 random bytes
 * needs none, and a machine that lost its power a few times would find its key locked (Part 1, 19.8.6).
 */
export const foreignAkTemplate: EccPublic = {
  ...akTemplate,
  objectAttributes: { ...akTemplate.objectAttributes, noDA: true },
}

/** A storage root key on P-256 (TCG TPM v2.0 Provisioning Guidance, 7.5.1). */
export const srkTemplate: EccPublic = {
  type: ALG.ecc,
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of(
    'fixedTPM',
    'fixedParent',
    'sensitiveDataOrigin',
    'userWithAuth',
    'noDA',
    'restricted',
    'decrypt',
  ),
  authPolicy: empty,
  parameters: { symmetric: aes128Cfb, scheme: none, curveID: CURVE.nistP256, kdf: none },
  unique: { x: new Uint8Array(32), y: new Uint8Array(32) },
}
