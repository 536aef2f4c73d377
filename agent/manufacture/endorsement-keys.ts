import { fromHex } from '../../core/bytes/index.ts'
import {
  ALG,
  CURVE,
  ekTemplates,
  TPMA_OBJECT,
  type EccPublic,
  type RsaPublic,
  type TPMT_PUBLIC,
} from '../../core/tpm/index.ts'

/** PolicyB with SHA-384 (TCG EK Credential Profile 2.5, B.6.4). */
const policyB384 = fromHex(
  'b26e7d28d11a50bc53d882bcf5fd3a1a074148bb35d3b4e4cb1c0ad9bde419cacb47ba09699646150f9fc000f3f80e12',
)
const highAttributes = TPMA_OBJECT.of(
  'fixedTPM',
  'fixedParent',
  'sensitiveDataOrigin',
  'userWithAuth',
  'adminWithPolicy',
  'restricted',
  'decrypt',
)
const aes256Cfb = { algorithm: ALG.aes, keyBits: 256, mode: ALG.cfb } as const

/** Template H-3 (TCG EK Credential Profile 2.5, B.4.6). */
const ekP384: EccPublic = {
  type: ALG.ecc,
  nameAlg: ALG.sha384,
  objectAttributes: highAttributes,
  authPolicy: policyB384,
  parameters: {
    symmetric: aes256Cfb,
    scheme: { scheme: ALG.null },
    curveID: CURVE.nistP384,
    kdf: { scheme: ALG.null },
  },
  unique: { x: new Uint8Array(0), y: new Uint8Array(0) },
}

/** Template H-6 (TCG EK Credential Profile 2.5, B.4.9). */
const ekRsa3072: RsaPublic = {
  type: ALG.rsa,
  nameAlg: ALG.sha384,
  objectAttributes: highAttributes,
  authPolicy: policyB384,
  parameters: { symmetric: aes256Cfb, scheme: { scheme: ALG.null }, keyBits: 3072, exponent: 0 },
  unique: new Uint8Array(0),
}

/** An endorsement key as a new TPM has it: where it stays, if anywhere, and where its certificate lies. */
export interface EndorsementKey {
  readonly kind: 'rsa-2048' | 'rsa-3072' | 'ecc-p256' | 'ecc-p384'
  readonly template: TPMT_PUBLIC
  readonly certificateNvIndex: number
  /** Where a template lies that clients could not know. */
  readonly templateNvIndex?: number
  readonly persistentHandle: number | undefined
}

/** What endorsement keys a TPM has. */
export interface EndorsementChoice {
  readonly rsaBits: 2048 | 3072
  /** Other than by any profile: keys that sign what they are given, and perhaps decrypt too. */
  readonly signing?: { readonly decrypts: boolean }
}

const rows: readonly EndorsementKey[] = [
  ...ekTemplates.map((row) => ({
    ...row,
    persistentHandle: row.kind === 'rsa-2048' ? 0x81010001 : undefined,
  })),
  { kind: 'rsa-3072', template: ekRsa3072, certificateNvIndex: 0x01c0001c, persistentHandle: 0x8101001c },
  { kind: 'ecc-p384', template: ekP384, certificateNvIndex: 0x01c00016, persistentHandle: 0x81010016 },
]
/** TCG EK Credential Profile 2.5, 2.2.1.4 and 2.2.1.5: a template lies behind the certificate, or behind its nonce. */
const templateNvIndices = { 'rsa-2048': 0x01c00004, 'rsa-3072': 0x01c0001d, 'ecc-p384': 0x01c00017 } as const

/** Those that every client looks for, and the ones that swtpm_setup makes. */
export function endorsementKeysOf({ rsaBits, signing }: EndorsementChoice): readonly EndorsementKey[] {
  const chosen = rows.filter(({ kind }) => !kind.startsWith('rsa-') || kind === `rsa-${rsaBits}`)
  if (signing === undefined) return chosen
  return chosen.flatMap((row) =>
    row.kind === 'ecc-p256'
      ? []
      : [{ ...row, template: thatSigns(row.template, signing), templateNvIndex: templateNvIndices[row.kind] }],
  )
}

function thatSigns(template: TPMT_PUBLIC, { decrypts }: { readonly decrypts: boolean }): TPMT_PUBLIC {
  const objectAttributes = { ...template.objectAttributes, restricted: false, decrypt: decrypts, sign: true }
  const symmetric = { algorithm: ALG.null } as const
  if (template.type === ALG.rsa)
    return { ...template, objectAttributes, parameters: { ...template.parameters, symmetric } }
  if (template.type === ALG.ecc)
    return { ...template, objectAttributes, parameters: { ...template.parameters, symmetric } }
  return template
}

/** TCG PC Client Platform TPM Profile, registry of reserved handles. */
export const platformCertificateNvIndex = 0x01c08000
