export { CertificateError, type CertificateProblem } from './certificate-error.ts'
export { type PeerIdentity } from './peer-identity.ts'
