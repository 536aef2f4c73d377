import { Reader, toHex } from '../bytes/index.ts'
import { devicePathText } from './device-path.ts'
import { efiGlobalVariableGuid, type UefiVariable } from './uefi-variable.ts'
import { decodeUtf16 } from './utf16.ts'

/**
 * What a variable of the boot manager says, in words (UEFI 3.3): the order of boot options, or an option's name and path.
 * Undefined of any other variable.
 * @throws WireError if the variable is malformed.
 */
export function bootVariableText({ vendorGuid, name, data }: UefiVariable): string | undefined {
  if (toHex(vendorGuid) !== efiGlobalVariableGuid) return undefined
  if (/^(?:Boot|Driver)Order$/.test(name)) return `${name}: ${orderText(data)}`
  if (/^(?:Boot|Driver|SysPrep|PlatformRecovery)[0-9A-F]{4}$/.test(name)) return `${name}: ${optionText(data)}`
  return undefined
}

function orderText(data: Uint8Array): string {
  const from = new Reader(data)
  const options: string[] = []
  while (from.left > 0) options.push(from.u16(true).toString(16).toUpperCase().padStart(4, '0'))
  return options.join(', ')
}

/** EFI_LOAD_OPTION, UEFI 3.1.3. */
function optionText(data: Uint8Array): string {
  const from = new Reader(data)
  from.u32(true)
  const pathBytes = from.u16(true)
  const rest = from.view(from.left)
  const nameBytes = endOfText(rest)
  const path = new Reader(rest.subarray(nameBytes + 2)).bytes(pathBytes)
  return [decodeUtf16(rest.subarray(0, nameBytes)), devicePathText(path)].filter((text) => text !== '').join(', ')
}

/** Where the zero stands that ends a text in UTF-16; at the end, if there is none. */
function endOfText(bytes: Uint8Array): number {
  for (let at = 0; at + 1 < bytes.length; at += 2) if (bytes[at] === 0 && bytes[at + 1] === 0) return at
  return bytes.length
}
