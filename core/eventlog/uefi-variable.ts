import { Reader, WireError, Writer } from '../bytes/index.ts'
import { decodeUtf16, encodeUtf16 } from './utf16.ts'

/** UEFI_VARIABLE_DATA, PFP 10.4.2.6. */
export interface UefiVariable {
  /** EFI_GUID as it lies in memory. */
  readonly vendorGuid: Uint8Array
  readonly name: string
  readonly data: Uint8Array
}

/** Vendor GUIDs of the variables that Secure Boot uses (UEFI 3.3 and 32.6), as they lie in memory. */
export const efiGlobalVariableGuid = '61dfe48bca93d211aa0d00e098032b8c'
export const efiImageSecurityDatabaseGuid = 'cbb219d73a3d9645a3bcdad00e67656f'

/** @throws WireError if the data is not exactly one UEFI_VARIABLE_DATA. */
export function parseUefiVariable(eventData: Uint8Array): UefiVariable {
  const from = new Reader(eventData)
  const vendorGuid = from.bytes(16)
  const nameLength = from.u64(true)
  const dataLength = from.u64(true)
  if (2n * nameLength + dataLength !== BigInt(from.left)) throw new WireError('lengths do not fit the event')
  const name = decodeUtf16(from.bytes(2 * Number(nameLength)))
  return { vendorGuid, name, data: from.bytes(Number(dataLength)) }
}

/** The event data of a measured UEFI variable. */
export function encodeUefiVariable({ vendorGuid, name, data }: UefiVariable): Uint8Array {
  return new Writer()
    .bytes(vendorGuid)
    .u64(BigInt(name.length), true)
    .u64(BigInt(data.length), true)
    .bytes(encodeUtf16(name))
    .bytes(data)
    .done()
}
