export { type CertificateAuthority } from './certificate-authority.ts'
export {
  checkServerIdentity,
  readPemIdentity,
  readPkcs12Identity,
  ServerCertificateError,
} from './customer-identity.ts'
export { createAuthorities, openAuthorities, OwnAuthority, type Clock } from './own-authority.ts'
export { anchorOf, expiryOf, ownServerIdentity, type ServerIdentity } from './server-identity.ts'
