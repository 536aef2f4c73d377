import { X509Certificate } from 'node:crypto'
import { toHex } from '../bytes/index.ts'
import { ALG, digest } from '../tpm/index.ts'

/** What a policy can know a certificate by. */
export interface Certificate {
  /** SHA-256 of its DER form, in hexadecimal. */
  readonly fingerprint: string
  /** On one line, most telling part last, as OpenSSL writes it. */
  readonly subject: string
}

/** A fleet boots with a handful of certificates; reading one takes longer than hashing a whole log. */
const known = new Map<string, Certificate | undefined>()
const maxKnown = 256
/** Certificates that sign images have one or two KiB; what is longer would fill the memory, not a policy. */
const maxBytes = 16_384

/** Reads a certificate (DER, nothing after it); undefined where the bytes are none. Each is read once. */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  if (der.length > maxBytes) return undefined
  const fingerprint = toHex(digest(ALG.sha256, der))
  if (known.has(fingerprint)) return known.get(fingerprint)
  const certificate = parse(der, fingerprint)
  if (known.size >= maxKnown) known.clear()
  known.set(fingerprint, certificate)
  return certificate
}

function parse(der: Uint8Array, fingerprint: string): Certificate | undefined {
  try {
    const { subject, raw } = new X509Certificate(der)
    return raw.length === der.length ? { fingerprint, subject: subject.replaceAll('\n', ', ') } : undefined
  } catch {
    return undefined
  }
}
