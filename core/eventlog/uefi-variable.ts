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
  const vendorGuid = from.view(16)
  const nameLength = readLength(from)
  const dataLength = readLength(from)
  if (2 * nameLength + dataLength !== from.left) throw new WireError('lengths do not fit the event')
  const name = decodeUtf16(from.view(2 * nameLength))
  return { vendorGuid, name, data: from.view(dataLength) }
}

/** A UINT64, of which no event fills more than the lower half: one that is longer is longer than what is left. */
function readLength(from: Reader): number {
  const low = from.u32(true)
  return from.u32(true) * 0x1_0000_0000 + low
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
