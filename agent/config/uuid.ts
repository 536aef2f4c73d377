import { fromHex, toHex, WireError } from '../../core/bytes/index.ts'

const form = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** 16 bytes as RFC 9562 writes them. */
export function formatUuid(id: Uint8Array): string {
  if (id.length !== 16) throw new WireError(`${id.length} bytes, not 16`, ['uuid'])
  return toHex(id).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** @throws WireError if the text is no UUID. */
export function parseUuid(text: string): Uint8Array {
  if (!form.test(text)) throw new WireError('not a UUID', ['uuid'])
  return fromHex(text.replaceAll('-', ''))
}
