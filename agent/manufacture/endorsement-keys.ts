import { fromHex } from '../../core/bytes/index.ts'
import { ALG, CURVE, ekTemplates, TPMA_OBJECT, type EccPublic, type TPMT_PUBLIC } from '../../core/tpm/index.ts'

/** PolicyB with SHA-384 (TCG EK Credential Profile 2.5, B.6.4). */
const policyB384 = fromHex(
  'b26e7d28d11a50bc53d882bcf5fd3a1a074148bb35d3b4e4cb1c0ad9bde419cacb47ba09699646150f9fc000f3f80e12',
)

/** Template H-3 (TCG EK Credential Profile 2.5, B.4.6). */
const ekP384: EccPublic = {
  type: ALG.ecc,
  nameAlg: ALG.sha384,
  objectAttributes: TPMA_OBJECT.of(
    'fixedTPM',
    'fixedParent',
    'sensitiveDataOrigin',
    'userWithAuth',
    'adminWithPolicy',
    'restricted',
    'decrypt',
  ),
  authPolicy: policyB384,
  parameters: {
    symmetric: { algorithm: ALG.aes, keyBits: 256, mode: ALG.cfb },
    scheme: { scheme: ALG.null },
    curveID: CURVE.nistP384,
    kdf: { scheme: ALG.null },
  },
  unique: { x: new Uint8Array(0), y: new Uint8Array(0) },
}

/** An endorsement key as a new TPM has it: where it stays, if anywhere, and where its certificate lies. */
export interface EndorsementKey {
  readonly kind: 'rsa-2048' | 'ecc-p256' | 'ecc-p384'
  readonly template: TPMT_PUBLIC
  readonly certificateNvIndex: number
  readonly persistentHandle: number | undefined
}

const persistentHandles: Readonly<Record<string, number>> = { 'rsa-2048': 0x81010001 }

/** Those that every client looks for, and the one that swtpm_setup makes. */
export const endorsementKeys: readonly EndorsementKey[] = [
  ...ekTemplates.map((row) => ({ ...row, persistentHandle: persistentHandles[row.kind] })),
  { kind: 'ecc-p384', template: ekP384, certificateNvIndex: 0x01c00016, persistentHandle: 0x81010016 },
]

/** TCG PC Client Platform TPM Profile, registry of reserved handles. */
export const platformCertificateNvIndex = 0x01c08000
