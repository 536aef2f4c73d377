import { toHex, WireError } from '../bytes/index.ts'
import {
  efiGlobalVariableGuid,
  efiImageSecurityDatabaseGuid,
  parseSignatureDatabase,
  type SignatureEntry,
  type UefiVariable,
} from '../eventlog/index.ts'
import { type BootFacts } from './boot-facts.ts'
import { readCertificate, type Certificate } from './certificate.ts'
import { digestTable } from './digest-table.ts'
import { measuredVariable } from './known-events.ts'
import { type MeasuredEvent } from './measured-event.ts'

/** EFI_SIGNATURE_DATA begins with the GUID of its owner (UEFI 32.4.1); shim measures the certificate alone. */
const ownerSize = 16

/**
 * The certificate that an event of PCR 7 says vouched for an image, if its digest covers one: firmware measures the entry of
 * db by which it accepted the image (PFP 3.3.4.8), shim that of db, of MokList or its own.
 */
export function vouchingCertificate(event: MeasuredEvent): Certificate | undefined {
  const variable = measuredVariable(event)
  if (variable === undefined) return undefined
  return readCertificate(variable.data.subarray(ownerSize)) ?? readCertificate(variable.data)
}

/** SHIM_LOCK_GUID, as it lies in memory. */
const shimLockGuid = '50ab5d6046e00043abb63dd810dd8b23'
const shimSettings: ReadonlySet<string> = new Set(['SbatLevel', 'MokListTrusted'])

/** Whether an event of PCR 7 is a setting of shim's own, measured among what vouched for images: it vouches for none. */
export function isShimSetting(event: MeasuredEvent): boolean {
  const variable = measuredVariable(event)
  return variable !== undefined && shimSettings.has(variable.name) && toHex(variable.vendorGuid) === shimLockGuid
}

/** The data of variables of shim's that PCR 7 has, by name. */
function shimVariables(
  authorities: readonly MeasuredEvent[],
): readonly { readonly name: string; readonly data: string }[] {
  return authorities.flatMap((event) => {
    const variable = measuredVariable(event)
    if (variable === undefined || toHex(variable.vendorGuid) !== shimLockGuid) return []
    return [{ name: variable.name, data: toHex(variable.data) }]
  })
}

/** MokSBState, and settings with the same data: the digest is of one byte, whatever the log calls it. */
const settingOf = digestTable([['set', Uint8Array.of(1)]])

/**
 * Whether shim was told to verify nothing (`mokutil --disable-validation`): it starts whatever it finds then, although Secure
 * Boot is on. It measures MokSBState among the authorities and into PCR 14; before version 15 into PCR 14 alone, where the same
 * byte may be a setting that stands among the authorities as well, or, of a shim that knows SBAT, MokPolicy.
 */
export function isShimBypassed({
  authorities,
  ownerSettings,
}: Pick<BootFacts, 'authorities' | 'ownerSettings'>): boolean {
  const variables = shimVariables(authorities)
  if (variables.some(({ name, data }) => name === 'MokSBState' && data !== '00')) return true
  const knowsSbat = variables.some(({ name }) => name === 'SbatLevel')
  const named = variables.filter(({ data }) => data === '01').length + (knowsSbat ? 1 : 0)
  return ownerSettings.filter((event) => settingOf(event) !== undefined).length > named
}

/**
 * The level of revocation that shim enforced (SBAT), as the date in the first line of its variable: 2023012900. The lowest, if
 * somebody measured several; undefined if nobody did. Only shim's own variable says it.
 */
export function sbatLevel({ authorities }: Pick<BootFacts, 'authorities'>): number | undefined {
  const levels = authorities.flatMap((event) => {
    const variable = measuredVariable(event)
    if (variable?.name !== 'SbatLevel' || toHex(variable.vendorGuid) !== shimLockGuid) return []
    const [, date] = /^sbat,\d+,(\d{10})\n/.exec(new TextDecoder('latin1').decode(variable.data)) ?? []
    return [Number(date ?? 0)]
  })
  return levels.length === 0 ? undefined : Math.min(...levels)
}

const isOfSecureBoot = ({ vendorGuid, name }: UefiVariable): boolean =>
  toHex(vendorGuid) === (name === 'PK' || name === 'KEK' ? efiGlobalVariableGuid : efiImageSecurityDatabaseGuid)

/** A Secure Boot database as it was measured; undefined where it was not, or is malformed. */
export function measuredDatabase(
  { variables }: Pick<BootFacts, 'variables'>,
  name: 'PK' | 'KEK' | 'db' | 'dbx',
): readonly SignatureEntry[] | undefined {
  const found = variables.find(({ variable }) => variable.name === name && isOfSecureBoot(variable))
  if (found === undefined) return undefined
  try {
    return parseSignatureDatabase(found.variable.data)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}
