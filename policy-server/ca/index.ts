export {
  type CertificateAuthority,
  type EkCertificateRequest,
  type MachineCertificateRequest,
  type OperatorCertificateRequest,
} from './certificate-authority.ts'
export {
  createAuthorities,
  openAuthorities,
  OwnAuthority,
  type AuthoritySurroundings,
  type Clock,
} from './own-authority.ts'
export {
  checkServerIdentity,
  readPemIdentity,
  readPkcs12Identity,
  ServerCertificateError,
} from './customer-identity.ts'
export { anchorOf, expiryOf, ownServerIdentity, type ServerIdentity } from './server-identity.ts'
