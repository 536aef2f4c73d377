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
