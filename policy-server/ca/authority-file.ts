import { Reader, WireError, Writer } from '../../core/bytes/index.ts'

/** An authority at rest: its certificate and its private key, wrapped under the root key. */
export interface StoredAuthority {
  /** DER. */
  readonly certificate: Uint8Array
  readonly wrappedKey: Uint8Array
}

/** "BLCA". */
const magic = 0x424c4341
const formatVersion = 1
const largestField = 16 * 1024

/** The two authorities of a server in one file, so that there is never one without the other. */
export function encodeAuthorities(authorities: readonly [own: StoredAuthority, ek: StoredAuthority]): Uint8Array {
  const out = new Writer().u32(magic).u8(formatVersion)
  for (const { certificate, wrappedKey } of authorities) {
    for (const field of [certificate, wrappedKey]) out.u32(field.length).bytes(field)
  }
  return out.done()
}

/** @throws WireError if the bytes are no such file. */
export function decodeAuthorities(file: Uint8Array): readonly [own: StoredAuthority, ek: StoredAuthority] {
  const input = new Reader(file)
  if (input.u32() !== magic) throw new WireError('no authority file', ['magic'])
  if (input.u8() !== formatVersion) throw new WireError('unknown version', ['version'])
  const field = (): Uint8Array => {
    const size = input.u32()
    if (size > largestField) throw new WireError('too long')
    return input.bytes(size)
  }
  const authority = (): StoredAuthority => ({ certificate: field(), wrappedKey: field() })
  const both = [authority(), authority()] as const
  input.end()
  return both
}
