import { createHash, X509Certificate } from 'node:crypto'
import { equalInConstantTime } from '../bytes/index.ts'
import { CertificateError } from './certificate-error.ts'

/** @throws CertificateError `pki/malformed`. */
export function parseCertificate(der: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(der)
    // Node reads PEM as well and stops at the end of the first certificate: only the DER of one is one.
    if (equalInConstantTime(certificate.raw, der)) return certificate
  } catch (cause) {
    throw new CertificateError('pki/malformed', { cause })
  }
  throw new CertificateError('pki/malformed')
}

/** @throws CertificateError `pki/issuer` if `issuer` has not signed it. */
export function checkIssued(certificate: X509Certificate, issuer: X509Certificate): void {
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey))
    throw new CertificateError('pki/issuer')
}

/** RFC 5280, 4.1.2.5: both ends belong to the period. @throws CertificateError `pki/validity`. */
export function checkValidity(certificate: X509Certificate, nowMs: number): void {
  if (nowMs < Date.parse(certificate.validFrom) || nowMs > Date.parse(certificate.validTo)) {
    throw new CertificateError('pki/validity')
  }
}

/** SHA-256 of a certificate's SubjectPublicKeyInfo. */
export function spkiSha256(certificate: X509Certificate): Uint8Array {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return Uint8Array.from(createHash('sha256').update(spki).digest())
}
