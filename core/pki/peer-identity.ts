import type { X509Certificate } from 'node:crypto'
import { CertificateError } from './certificate-error.ts'
import { checkIssued, checkValidity, parseCertificate, spkiSha256 } from './certificate.ts'
import { bootlatch_kp_machine, bootlatch_kp_operator, id_kp_clientAuth } from './oid.ts'
import { decodePeerUri, type PeerName } from './peer-name.ts'

/** Who holds a client certificate of ours, as the certificate says it, and the SHA-256 of the key's SPKI. */
export type PeerIdentity = PeerName & { readonly spkiSha256: Uint8Array }

/** The usage that each kind of peer has beside clientAuth: exactly one of them, so that no certificate is both. */
const usageOf = { machine: bootlatch_kp_machine, operator: bootlatch_kp_operator } as const

/**
 * Reads a client certificate of ours: signed by the authority, valid at this time, of one profile, naming one peer.
 * @throws CertificateError
 */
export function readPeerIdentity(untrusted: Uint8Array, authority: X509Certificate, nowMs: number): PeerIdentity {
  const certificate = parseCertificate(untrusted)
  checkIssued(certificate, authority)
  checkValidity(certificate, nowMs)
  if (certificate.ca) throw new CertificateError('pki/profile')

  // One name of one kind: the pattern takes the whole list of alternative names.
  const peer = decodePeerUri(/^URI:([\w:.-]+)$/.exec(certificate.subjectAltName ?? '')?.[1] ?? '')
  if (peer === undefined) throw new CertificateError('pki/name')
  const usages = certificate.keyUsage as readonly string[] | undefined
  const expected = [id_kp_clientAuth, usageOf[peer.kind]]
  if (usages?.length !== expected.length || !expected.every((usage) => usages.includes(usage))) {
    throw new CertificateError('pki/profile')
  }
  return { ...peer, spkiSha256: spkiSha256(certificate) }
}
