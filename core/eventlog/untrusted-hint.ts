import { Reader, toHex, trimEnd, WireError } from '../bytes/index.ts'
import { bootVariableText } from './boot-option.ts'
import { devicePathText } from './device-path.ts'
import { EV } from './event-types.ts'
import { type Event } from './event-log.ts'
import { guidText } from './guid.ts'
import { isStartupLocality } from './startup-locality.ts'
import { parseUefiVariable } from './uefi-variable.ts'
import { decodeUtf16 } from './utf16.ts'

const shownCharacters = 160
const shownBytes = 32

/** How the data of each type reads. */
const readers: ReadonlyMap<number, (data: Uint8Array) => string> = new Map([
  [EV.SEPARATOR, separatorText],
  [EV.EVENT_TAG, taggedText],
  [EV.EFI_VARIABLE_DRIVER_CONFIG, variableText],
  [EV.EFI_VARIABLE_BOOT, variableText],
  [EV.EFI_VARIABLE_BOOT2, variableText],
  [EV.EFI_VARIABLE_AUTHORITY, variableText],
  [EV.EFI_BOOT_SERVICES_APPLICATION, imageText],
  [EV.EFI_BOOT_SERVICES_DRIVER, imageText],
  [EV.EFI_RUNTIME_SERVICES_DRIVER, imageText],
  [EV.EFI_PLATFORM_FIRMWARE_BLOB, blobText],
  [EV.EFI_PLATFORM_FIRMWARE_BLOB2, (data) => described(data, blobText)],
  [EV.EFI_HANDOFF_TABLES, tablesText],
  [EV.EFI_HANDOFF_TABLES2, (data) => described(data, tablesText)],
  [EV.EFI_GPT_EVENT, gptText],
  [EV.EFI_GPT_EVENT2, gptText],
])

/**
 * A line for eyes about what an event says of itself. It decides nothing: whoever can write the log can write this text.
 * Characters that could steer a terminal are replaced.
 */
export function untrustedHint(event: Event): string {
  return printable(hintOf(event)).slice(0, shownCharacters)
}

function hintOf(event: Event): string {
  if (isStartupLocality(event)) return `StartupLocality ${event.untrustedData.at(-1) ?? ''}`
  try {
    return (readers.get(event.untrustedType) ?? guessedText)(event.untrustedData)
  } catch (error) {
    if (error instanceof WireError) return guessedText(event.untrustedData)
    throw error
  }
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\u024f]/g, '.')
}

/** Text in ASCII or UTF-16 if it is one, else the first bytes. */
function guessedText(data: Uint8Array): string {
  for (const text of [new TextDecoder('latin1').decode(data), decodeUtf16(data)]) {
    const trimmed = trimEnd(text, '\0')
    if (trimmed.length > 0 && /^[\x20-\x7e\t\r\n]+$/.test(trimmed)) return trimmed
  }
  return toHex(data.subarray(0, shownBytes)) + (data.length > shownBytes ? '...' : '')
}

function separatorText(data: Uint8Array): string {
  const value = data.length === 4 ? new Reader(data).u32(true) : undefined
  if (value === 0 || value === 0xffff_ffff) return ''
  return value === 1 ? 'error' : guessedText(data)
}

/** TCG_PCClientTaggedEvent, PFP 10.4.2.2. */
function taggedText(data: Uint8Array): string {
  const from = new Reader(data)
  const tag = from.u32(true)
  return `tag 0x${tag.toString(16)}: ${guessedText(from.bytes(from.u32(true)))}`
}

function variableText(data: Uint8Array): string {
  const variable = parseUefiVariable(data)
  const words = bootVariableText(variable)
  if (words !== undefined) return words
  const size = variable.data.length
  return `${variable.name} (${guidText(variable.vendorGuid)}), ${size === 1 ? `= ${variable.data[0] ?? 0}` : `${size} bytes`}`
}

/** UEFI_IMAGE_LOAD_EVENT, PFP 10.4.2.3. */
function imageText(data: Uint8Array): string {
  const from = new Reader(data)
  from.u64(true)
  const imageBytes = from.u64(true)
  from.u64(true)
  const pathBytes = from.u64(true)
  return `${devicePathText(from.bytes(Number(pathBytes)))} (${imageBytes} bytes)`
}

/** UEFI_PLATFORM_FIRMWARE_BLOB, PFP 10.4.2.4. */
function blobText(data: Uint8Array): string {
  const from = new Reader(data)
  const base = from.u64(true)
  const size = from.u64(true)
  from.end()
  return `${size} bytes at 0x${base.toString(16)}`
}

/** The second form of an event begins with words of its own: their length in one byte, then they (PFP 10.4.2.4, 10.4.2.7). */
function described(data: Uint8Array, textOf: (rest: Uint8Array) => string): string {
  const from = new Reader(data)
  const words = trimEnd(new TextDecoder('latin1').decode(from.bytes(from.u8())), '\0')
  return [words, textOf(from.view(from.left))].filter((text) => text !== '').join(', ')
}

/** What tables are, by GUID (UEFI 4.6). */
const tableNames: ReadonlyMap<string, string> = new Map([
  ['eb9d2d31-2d88-11d3-9a16-0090273fc14d', 'SMBIOS'],
  ['f2fd1544-9794-4a2c-992e-e5bbcf20e394', 'SMBIOS 3'],
  ['8868e871-e4f1-11d3-bc22-0080c73c8881', 'ACPI'],
  ['eb9d2d30-2d88-11d3-9a16-0090273fc14d', 'ACPI 1'],
])
const mostTables = 64n

/** UEFI_HANDOFF_TABLE_POINTERS, PFP 10.4.2.7: their addresses, which the digest does not cover. */
function tablesText(data: Uint8Array): string {
  const from = new Reader(data)
  const count = from.u64(true)
  if (count > mostTables) throw new WireError(`${count} tables`)
  const names = Array.from({ length: Number(count) }, () => {
    const guid = guidText(from.bytes(16))
    from.u64(true)
    return tableNames.get(guid) ?? guid
  })
  return `tables: ${names.join(', ')}`
}

/** UEFI_GPT_DATA, PFP 10.4.2.5: header of 92 bytes, number of partitions, entries. */
function gptText(data: Uint8Array): string {
  const from = new Reader(data)
  const header = from.bytes(92)
  const count = from.u64(true)
  return `disk ${guidText(header.subarray(56, 72))}, ${count} ${count === 1n ? 'partition' : 'partitions'}`
}
