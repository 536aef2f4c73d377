import type { PeerIdentity } from '../../core/pki/index.ts'

/** Whom a machine certificate names. */
export interface MachineCertificateRequest {
  /** 16 bytes. */
  readonly machineId: Uint8Array
  /** SubjectPublicKeyInfo of the machine key, DER. */
  readonly spki: Uint8Array
}

/** Whom an operator certificate names. */
export interface OperatorCertificateRequest {
  readonly name: string
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
}

/** The endorsement key that an EK certificate names. */
export interface EkCertificateRequest {
  /** SubjectPublicKeyInfo of the EK, DER; `core/pki` makes it of a TPMT_PUBLIC. */
  readonly spki: Uint8Array
}

/** The customer's own authority. All certificates are DER. */
export interface CertificateAuthority {
  /** SHA-256 of our CA's SubjectPublicKeyInfo, 32 bytes. */
  readonly serverId: Uint8Array
  /** Our CA's certificate. */
  readonly certificate: Uint8Array
  /** Certificate of the authority that certifies endorsement keys of emulated TPMs, and nothing else. */
  readonly ekCertificate: Uint8Array
  /** Leaf first, our CA last. */
  issueMachineCertificate(request: MachineCertificateRequest): Promise<readonly Uint8Array[]>
  /** Leaf first, our CA last. */
  issueOperatorCertificate(request: OperatorCertificateRequest): Promise<readonly Uint8Array[]>
  issueEkCertificate(request: EkCertificateRequest): Promise<Uint8Array>
  /**
   * Who a client certificate names: signed by our CA, in its validity, of one of our profiles.
   * Whether the enrolment it belongs to is still live, only the store knows.
   * @throws CertificateError if it is anything else.
   */
  peerIdentity(certificate: Uint8Array): PeerIdentity
}
