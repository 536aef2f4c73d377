export {
  type CertificateAuthority,
  type EkCertificateRequest,
  type MachineCertificateRequest,
  type OperatorCertificateRequest,
} from './certificate-authority.ts'
