import { Reader, WireError, Writer } from '../bytes/index.ts'

/** Bytes of a state key: AES-256. */
export const stateKeyBytes = 32
/** Bytes of a LUKS header UUID. */
const volumeUuidBytes = 16
/** Bytes of a keyslot digest: SHA-256. */
const keyslotDigestBytes = 32
/** Most state keys in one answer: those of generation g and g + 1. */
const maxStateKeys = 2
/** Most volumes that one boot may ask for. */
const maxReleasedKeys = 64
/** Longest passphrase cryptsetup reads by default is 8 MiB; nobody needs more than this. */
const maxVolumeKeyBytes = 512
const maxJoinTokenBytes = 1024

/** A key of the vTPM's state file. */
export interface StateKey {
  readonly generation: number
  readonly key: Uint8Array
}

/** The key of one volume: `key` opens the keyslot with that digest in the LUKS2 header with that UUID. */
export interface ReleasedKey {
  readonly uuid: Uint8Array
  readonly keyslotDigest: Uint8Array
  readonly key: Uint8Array
}

/** A settled fork: open the state once more with this key, then enrol anew with this token. */
export interface RekeyOrder {
  readonly generation: number
  readonly key: Uint8Array
  readonly joinToken: string
}

/** Plaintext of `stateKey` (one key) and `stateKeys` (generations g and g + 1). */
export function encodeStateKeys(keys: readonly StateKey[]): Uint8Array {
  if (keys.length === 0 || keys.length > maxStateKeys) throw new WireError(`${keys.length} keys`, ['stateKeys'])
  const out = new Writer().u8(keys.length)
  for (const { generation, key } of keys) out.u32(generation).bytes(exactly(stateKeyBytes, key, 'key'))
  return out.done()
}

/** @throws WireError if the bytes are not what `encodeStateKeys` writes. */
export function decodeStateKeys(bytes: Uint8Array): readonly StateKey[] {
  const reader = new Reader(bytes)
  const count = reader.u8()
  if (count === 0 || count > maxStateKeys) throw new WireError(`${count} keys`, ['stateKeys'])
  const keys = Array.from({ length: count }, () => ({ generation: reader.u32(), key: reader.bytes(stateKeyBytes) }))
  reader.end()
  return keys
}

/** Plaintext of `release`. */
export function encodeReleasedKeys(keys: readonly ReleasedKey[]): Uint8Array {
  if (keys.length > maxReleasedKeys) throw new WireError(`${keys.length} keys`, ['releasedKeys'])
  const out = new Writer().u16(keys.length)
  for (const { uuid, keyslotDigest, key } of keys) {
    out.bytes(exactly(volumeUuidBytes, uuid, 'uuid')).bytes(exactly(keyslotDigestBytes, keyslotDigest, 'keyslotDigest'))
    out.u16(checkedKeyLength(key.length)).bytes(key)
  }
  return out.done()
}

/** @throws WireError if the bytes are not what `encodeReleasedKeys` writes. */
export function decodeReleasedKeys(bytes: Uint8Array): readonly ReleasedKey[] {
  const reader = new Reader(bytes)
  const count = reader.u16()
  if (count > maxReleasedKeys) throw new WireError(`${count} keys`, ['releasedKeys'])
  const keys = Array.from({ length: count }, () => ({
    uuid: reader.bytes(volumeUuidBytes),
    keyslotDigest: reader.bytes(keyslotDigestBytes),
    key: reader.bytes(checkedKeyLength(reader.u16())),
  }))
  reader.end()
  return keys
}

/** Plaintext of `rekey`. */
export function encodeRekeyOrder({ generation, key, joinToken }: RekeyOrder): Uint8Array {
  const token = new TextEncoder().encode(joinToken)
  if (token.length > maxJoinTokenBytes) throw new WireError(`${token.length} bytes`, ['joinToken'])
  return new Writer()
    .u32(generation)
    .bytes(exactly(stateKeyBytes, key, 'key'))
    .u16(token.length)
    .bytes(token)
    .done()
}

/** @throws WireError if the bytes are not what `encodeRekeyOrder` writes. */
export function decodeRekeyOrder(bytes: Uint8Array): RekeyOrder {
  const reader = new Reader(bytes)
  const generation = reader.u32()
  const key = reader.bytes(stateKeyBytes)
  const size = reader.u16()
  if (size > maxJoinTokenBytes) throw new WireError(`${size} bytes`, ['joinToken'])
  const joinToken = ascii(reader.bytes(size))
  reader.end()
  return { generation, key, joinToken }
}

function exactly(size: number, bytes: Uint8Array, field: string): Uint8Array {
  if (bytes.length !== size) throw new WireError(`${bytes.length} bytes, not ${size}`, [field])
  return bytes
}

function checkedKeyLength(size: number): number {
  if (size === 0 || size > maxVolumeKeyBytes) throw new WireError(`${size} bytes`, ['key'])
  return size
}

function ascii(bytes: Uint8Array): string {
  if (!bytes.every((byte) => byte > 0x20 && byte < 0x7f)) throw new WireError('not printable ASCII', ['joinToken'])
  return String.fromCharCode(...bytes)
}
