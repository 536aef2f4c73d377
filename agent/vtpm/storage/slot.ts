import { createCipheriv, createDecipheriv, createHash, type KeyObject } from 'node:crypto'
import { concat, equalInConstantTime, Reader, Writer } from '../../../core/bytes/index.ts'
import { StateFileError } from './state-file-error.ts'

/** What stands in front of the ciphertext; authenticated with it. */
export interface SlotHeader {
  readonly machineId: Uint8Array
  /** Of the state key. */
  readonly generation: number
  /** Grows with every commit: the larger one of two whole slots is the newer. */
  readonly counter: bigint
  /** Makes the key of this power-on out of the state key. */
  readonly salt: Uint8Array
}

/** A slot whose bytes were written to the end; whether they are authentic only its key can tell. */
export interface WholeSlot {
  readonly header: SlotHeader
  readonly headerBytes: Uint8Array
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

/** "BLTS". */
const magic = 0x424c5453
const formatVersion = 1
export const machineIdBytes = 16
export const saltBytes = 16
export const nonceBytes = 12
const tagBytes = 16
const checksumBytes = 32
const headerBytes = 4 + 2 + machineIdBytes + 4 + 8 + saltBytes + 4
/** What a slot needs besides the state itself. */
export const slotOverheadBytes = headerBytes + nonceBytes + tagBytes + checksumBytes

function encodeHeader({ machineId, generation, counter, salt }: SlotHeader, stateBytes: number): Uint8Array {
  const out = new Writer().u32(magic).u16(formatVersion).bytes(machineId).u32(generation).u64(counter).bytes(salt)
  return out.u32(stateBytes).done()
}

/** Header, nonce, ciphertext, tag, and a checksum that tells a torn slot from a whole one without a key. */
export function sealSlot(key: KeyObject, header: SlotHeader, nonce: Uint8Array, state: Uint8Array): Uint8Array {
  const authenticated = encodeHeader(header, state.length)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(authenticated)
  const sealed = concat(authenticated, nonce, cipher.update(state), cipher.final(), cipher.getAuthTag())
  return concat(sealed, checksum(sealed))
}

/**
 * Reads a slot as far as that goes without a key; undefined where it was never written or is torn.
 * @throws StateFileError `state/unknown-version`.
 */
export function readSlot(bytes: Uint8Array): WholeSlot | undefined {
  if (bytes.length < slotOverheadBytes) return undefined
  const from = new Reader(bytes)
  if (from.u32() !== magic) return undefined
  const version = from.u16()
  // Torn between its two bytes; no format has this number.
  if (version === 0) return undefined
  if (version !== formatVersion) throw new StateFileError('state/unknown-version')
  const header = {
    machineId: from.bytes(machineIdBytes),
    generation: from.u32(),
    counter: from.u64(),
    salt: from.bytes(saltBytes),
  }
  const stateBytes = from.u32()
  if (stateBytes > bytes.length - slotOverheadBytes) return undefined
  const nonce = from.bytes(nonceBytes)
  const ciphertext = from.bytes(stateBytes)
  const tag = from.bytes(tagBytes)
  const sealed = bytes.subarray(0, from.offset)
  if (!equalInConstantTime(checksum(sealed), from.bytes(checksumBytes))) return undefined
  return { header, headerBytes: bytes.slice(0, headerBytes), nonce, ciphertext, tag }
}

/**
 * The state in a slot. The caller clears it.
 * @throws StateFileError `state/not-authentic`.
 */
export function openSlot(key: KeyObject, slot: WholeSlot): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', key, slot.nonce, { authTagLength: tagBytes })
  decipher.setAAD(slot.headerBytes).setAuthTag(slot.tag)
  const opened = decipher.update(slot.ciphertext)
  try {
    decipher.final()
    return Uint8Array.from(opened)
  } catch (cause) {
    throw new StateFileError('state/not-authentic', { cause })
  } finally {
    opened.fill(0)
  }
}

function checksum(sealed: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(sealed).digest())
}
