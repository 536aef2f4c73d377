import { createHash } from 'node:crypto'
import { concat, Reader, WireError } from '../../core/bytes/index.ts'

export const bootTokenBytes = 32
/** One boot token and 63 requests whose answers were lost; the server reads no more. */
export const maxBootTokens = 64

const head = Uint8Array.of(0x42, 0x4c, 0x62, 0x74, 1) // "BLbt", version 1

/** Form of the file of boot tokens, oldest first. */
export function encodeBootTokens(tokens: readonly Uint8Array[]): Uint8Array {
  return concat(head, Uint8Array.of(tokens.length), ...tokens)
}

/** @throws WireError if the bytes are not what `encodeBootTokens` writes. */
export function decodeBootTokens(bytes: Uint8Array): readonly Uint8Array[] {
  const reader = new Reader(bytes)
  if (!reader.bytes(head.length).every((byte, at) => byte === head[at]))
    throw new WireError('not a file of boot tokens')
  const count = reader.u8()
  if (count === 0 || count > maxBootTokens) throw new WireError(`${count} boot tokens`)
  const tokens = Array.from({ length: count }, () => reader.bytes(bootTokenBytes))
  reader.end()
  return tokens
}

/** What a request offers of its next token: the token itself stays on the machine until it is shown. */
export function bootTokenHash(token: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(token).digest())
}
