import * as x509 from '@peculiar/x509'
import {
  bootlatch_cp_emulatedTpm,
  tcg_at_tpmManufacturer,
  tcg_at_tpmModel,
  tcg_at_tpmVersion,
  tcg_kp_EKCertificate,
} from '../../core/pki/index.ts'
import { identityOf } from '../channel/index.ts'

/** What a certificate says besides whose key it is. */
export interface CertificateContent {
  readonly subject: x509.JsonName
  readonly extensions: readonly x509.Extension[]
}

/** TCG Platform Certificate Profile 1.1, 3.2: who made the platform; its usage. */
const tcg_at_platformManufacturerStr = '2.23.133.5.1.1'
const tcg_at_platformModel = '2.23.133.5.1.4'
const tcg_at_platformVersion = '2.23.133.5.1.5'
const tcg_kp_platformKeyCertificate = '2.23.133.8.2'
/** TCG EK Credential Profile 2.5, 3.2.10: family "2.0", level 0, revision 164, as a directory attribute of the subject. */
const tpmSpecification = Uint8Array.of(
  ...[0x30, 0x19, 0x30, 0x17, 0x06, 0x05, 0x67, 0x81, 0x05, 0x02, 0x10, 0x31, 0x0e, 0x30, 0x0c],
  ...[0x0c, 0x03, 0x32, 0x2e, 0x30, 0x02, 0x01, 0x00, 0x02, 0x02, 0x00, 0xa4],
)
const subjectDirectoryAttributes = '2.5.29.9'

const usage = x509.KeyUsageFlags
const leaf = new x509.BasicConstraintsExtension(false, undefined, true)
const policy = new x509.CertificatePolicyExtension([bootlatch_cp_emulatedTpm])
const subjectOf = (machine: string): x509.JsonName => (machine === '' ? [] : [{ CN: [machine] }])
const alternativeName = (attributes: Readonly<Record<string, string>>): x509.Extension =>
  new x509.SubjectAlternativeNameExtension(
    [
      {
        type: 'dn',
        value: Object.entries(attributes)
          .map(([oid, value]) => `${oid}=${value}`)
          .join(', '),
      },
    ],
    true,
  )
const word = (value: number): string => `id:${value.toString(16).toUpperCase().padStart(8, '0')}`

/** TCG EK Credential Profile 2.5, 3.2. */
export function ekContent(keyType: 'rsa' | 'ecc', machine: string): CertificateContent {
  const { manufacturer, model, firmwareVersion } = identityOf()
  return {
    subject: subjectOf(machine),
    extensions: [
      leaf,
      new x509.KeyUsagesExtension(keyType === 'rsa' ? usage.keyEncipherment : usage.keyAgreement, true),
      new x509.ExtendedKeyUsageExtension([tcg_kp_EKCertificate]),
      policy,
      alternativeName({
        [tcg_at_tpmManufacturer]: word(manufacturer),
        [tcg_at_tpmModel]: model,
        [tcg_at_tpmVersion]: word(firmwareVersion),
      }),
      new x509.Extension(subjectDirectoryAttributes, false, tpmSpecification),
    ],
  }
}

/** A platform certificate in the form that swtpm_localca gives it: bound to the RSA EK. */
export const platformContent = (machine: string): CertificateContent => ({
  subject: subjectOf(machine),
  extensions: [
    leaf,
    new x509.KeyUsagesExtension(usage.keyEncipherment, true),
    new x509.ExtendedKeyUsageExtension([tcg_kp_platformKeyCertificate]),
    policy,
    alternativeName({
      [tcg_at_platformManufacturerStr]: 'Bootlatch',
      [tcg_at_platformModel]: 'QEMU',
      [tcg_at_platformVersion]: '1',
    }),
  ],
})
