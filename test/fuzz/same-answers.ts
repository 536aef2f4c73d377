import { toHex } from '../../core/bytes/index.ts'
import type { Outcome } from './step.ts'

/** Fields that two TPMs make at random or from their own secrets. */
const ownFields = new Set([
  'randomBytes',
  'outPrivate',
  'duplicate',
  'outDuplicate',
  'encryptionKeyOut',
  'outSymSeed',
  'secret',
  'credentialBlob',
  'contextBlob',
  'certifyInfo',
  'quoted',
  'auditInfo',
  'timeInfo',
  'sig',
  'signatureR',
  'signatureS',
  'nonceTPM',
  'unique',
  'zPoint',
  'pubPoint',
  'timeout',
])
/** Of a ticket, the digest alone is the TPM's own. */
const tickets = new Set(['creationTicket', 'validation', 'policyTicket'])
/** What the clock says, and what each counts from a start of its own. */
const clocks = new Set(['time', 'clock', 'sequence'])
/** Fields whose size is the TPM's own choice, too. */
const ownSizes = new Set(['outPrivate', 'contextBlob', 'duplicate', 'outDuplicate', 'secret', 'outSymSeed'])
/** Commands whose answer follows from secrets or from the clock of the TPM, whatever they are asked. */
const secretive = new Set([
  'Create',
  'CreatePrimary',
  'CreateLoaded',
  'ECDH_KeyGen',
  'RSA_Encrypt',
  'Certify',
  'CertifyCreation',
  'CertifyX509',
  'Quote',
  'GetSessionAuditDigest',
  'GetCommandAuditDigest',
  'GetTime',
  'NV_Certify',
  'Commit',
  'EC_Ephemeral',
])

/** Where the answers to one command differ although both TPMs had to compute the same; undefined if nowhere. */
export function difference(own: Outcome, reference: Outcome, isTainted: boolean): string | undefined {
  if (own.rc !== reference.rc) return `response codes 0x${own.rc.toString(16)} and 0x${reference.rc.toString(16)}`
  if (own.held !== reference.held) return `hold ${own.held} and ${reference.held}`
  const isExact = !isTainted && !secretive.has(own.command.name)
  return inValue(own.values, reference.values, '', isExact)
}

function inValue(own: unknown, reference: unknown, path: string, isExact: boolean): string | undefined {
  const field = path.split('.').at(-1) ?? ''
  if (clocks.has(field)) return undefined
  if (own instanceof Uint8Array && reference instanceof Uint8Array) return inBytes(own, reference, path, isExact)
  if (typeof own === 'object' && own !== null && typeof reference === 'object' && reference !== null)
    return inObject(own, reference, path, isExact)
  return own === reference ? undefined : `${path}: ${String(own)} and ${String(reference)}`
}

function inBytes(own: Uint8Array, reference: Uint8Array, path: string, isExact: boolean): string | undefined {
  const fields = path.split('.')
  const isOwn =
    fields.some((field) => ownFields.has(field)) || (fields.at(-1) === 'digest' && tickets.has(fields[0] ?? ''))
  if (fields.some((field) => ownSizes.has(field))) return undefined
  if (own.length !== reference.length) return `${path}: ${own.length} and ${reference.length} bytes`
  if (!isExact || isOwn || toHex(own) === toHex(reference)) return undefined
  return `${path}: ${toHex(own)} and ${toHex(reference)}`
}

function inObject(own: object, reference: object, path: string, isExact: boolean): string | undefined {
  const [one, other] = [Object.entries(own), Object.keys(reference)]
  if (one.length !== other.length) return `${path}: ${one.length} and ${other.length} fields`
  for (const [key, value] of one) {
    const found = inValue(
      value,
      (reference as Readonly<Record<string, unknown>>)[key],
      path === '' ? key : `${path}.${key}`,
      isExact,
    )
    if (found !== undefined) return found
  }
  return undefined
}
