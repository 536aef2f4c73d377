import { fromHex, toHex, WireError } from '../bytes/index.ts'

/** The order in which the text of an EFI_GUID names the bytes in memory (UEFI appendix A). */
const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

function reordered(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(order, (from) => bytes[from] ?? 0)
}

/** An EFI_GUID as text: `8be4df61-93ca-11d2-aa0d-00e098032b8c`. */
export function guidText(bytes: Uint8Array): string {
  return toHex(reordered(bytes)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/**
 * The bytes in memory of an EFI_GUID given as text.
 * @throws WireError if the text is none.
 */
export function parseGuid(text: string): Uint8Array {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new WireError('no GUID')
  return reordered(fromHex(text.replaceAll('-', '')))
}
