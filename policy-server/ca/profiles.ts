import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import {
  bootlatch_cp_emulatedTpm,
  bootlatch_kp_machine,
  bootlatch_kp_operator,
  encodePeerUri,
  id_kp_clientAuth,
  id_kp_serverAuth,
  tcg_at_tpmManufacturer,
  tcg_at_tpmModel,
  tcg_at_tpmVersion,
  tcg_kp_EKCertificate,
  type PeerName,
} from '../../core/pki/index.ts'
import { always, never, type CertificateContent } from './signer.ts'

const usage = x509.KeyUsageFlags
const dayMs = 86_400_000

/** CA/Browser Forum, Baseline Requirements 6.3.2 (2020): what TLS stacks have come to expect at most. */
export const serverCertificateDays = 397
/** An operator who left is forgotten by then even if nobody revoked him. */
export const operatorCertificateDays = 731

const leaf = new x509.BasicConstraintsExtension(false, undefined, true)
const signatures = new x509.KeyUsagesExtension(usage.digitalSignature, true)
const issuing = [
  new x509.BasicConstraintsExtension(true, 0, true),
  new x509.KeyUsagesExtension(usage.keyCertSign | usage.cRLSign, true),
]

/** The customer's own authority, made at first start. */
export const authorityProfile = (subject: string): CertificateContent => ({
  subject,
  notBefore: always,
  notAfter: never,
  extensions: issuing,
})

/** The authority that certifies EKs of emulated TPMs, and by its extended usage can certify nothing else. */
export const ekAuthorityProfile = (subject: string): CertificateContent => ({
  subject,
  notBefore: always,
  notAfter: never,
  extensions: [
    ...issuing,
    new x509.ExtendedKeyUsageExtension([tcg_kp_EKCertificate]),
    new x509.CertificatePolicyExtension([bootlatch_cp_emulatedTpm]),
  ],
})

const peerUsage = { machine: bootlatch_kp_machine, operator: bootlatch_kp_operator } as const

function peerExtensions(peer: PeerName): x509.Extension[] {
  return [
    leaf,
    signatures,
    new x509.ExtendedKeyUsageExtension([id_kp_clientAuth, peerUsage[peer.kind]]),
    new x509.SubjectAlternativeNameExtension([{ type: 'url', value: encodePeerUri(peer) }]),
  ]
}

/** Lives as long as the enrolment, which the store knows: a machine that slept for years still boots. */
export const machineProfile = (id: Uint8Array): CertificateContent => ({
  subject: 'CN=Bootlatch machine',
  notBefore: always,
  notAfter: never,
  extensions: peerExtensions({ kind: 'machine', id }),
})

/** One person, or one program, that operates the server. */
export const operatorProfile = (name: string, nowMs: number): CertificateContent => ({
  subject: 'CN=Bootlatch operator',
  notBefore: new Date(nowMs - dayMs),
  notAfter: new Date(nowMs + operatorCertificateDays * dayMs),
  extensions: peerExtensions({ kind: 'operator', name }),
})

/** The server's own certificate; IP addresses and DNS names under which it is reached. */
export const serverProfile = (
  names: readonly string[],
  isAddress: (name: string) => boolean,
  nowMs: number,
): CertificateContent => ({
  subject: 'CN=Bootlatch policy server',
  notBefore: always,
  notAfter: new Date(nowMs + serverCertificateDays * dayMs),
  extensions: [
    leaf,
    signatures,
    new x509.ExtendedKeyUsageExtension([id_kp_serverAuth]),
    new x509.SubjectAlternativeNameExtension(
      names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
    ),
  ],
})

/** What an emulated TPM says of itself (TPM_PT_MANUFACTURER, TPM_PT_VENDOR_STRING, TPM_PT_FIRMWARE_VERSION_1). */
const emulatedTpm = [
  `${tcg_at_tpmManufacturer}=id:42544C54`,
  `${tcg_at_tpmModel}=Bootlatch`,
  `${tcg_at_tpmVersion}=id:00000001`,
].join(', ')

/** TCG EK Credential Profile 2.5, 3.2: what the key does by its type; the subject is empty, so the alternative name is critical. */
export const ekProfile = (keyType: 'rsa' | 'ec'): CertificateContent => ({
  subject: '',
  notBefore: always,
  notAfter: never,
  extensions: [
    leaf,
    new x509.KeyUsagesExtension(keyType === 'rsa' ? usage.keyEncipherment : usage.keyAgreement, true),
    new x509.ExtendedKeyUsageExtension([tcg_kp_EKCertificate]),
    new x509.CertificatePolicyExtension([bootlatch_cp_emulatedTpm]),
    new x509.SubjectAlternativeNameExtension([{ type: 'dn', value: emulatedTpm }], true),
  ],
})
