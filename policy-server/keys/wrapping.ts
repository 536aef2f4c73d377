import { createCipheriv, createDecipheriv } from 'node:crypto'
import { concat } from '../../core/bytes/index.ts'
import { encodeKeyContext, type KeyContext } from './key-context.ts'
import { KeyError } from './key-error.ts'
import type { SecretBytes } from './secret-bytes.ts'

/** Source of unpredictable bytes. */
export type Random = (size: number) => Uint8Array

/** "BLWK", version 1; then nonce, ciphertext, tag. */
const header = Uint8Array.of(0x42, 0x4c, 0x57, 0x4b, 1)
const nonceSize = 12 // SP 800-38D, 5.2.1.1
const tagSize = 16

/** Encrypts a key with AES-256-GCM (SP 800-38D); form and context are authenticated with it. */
export function wrapUnder(key: SecretBytes, context: KeyContext, plaintext: Uint8Array, random: Random): Uint8Array {
  const nonce = random(nonceSize)
  const cipher = createCipheriv('aes-256-gcm', key.reveal(), nonce, { authTagLength: tagSize })
  cipher.setAAD(concat(header, encodeKeyContext(context)))
  return concat(header, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
}

/** @throws KeyError `keys/unwrap-failed` if the key, the context or any bit is another than at wrapping. */
export function unwrapUnder(key: SecretBytes, context: KeyContext, wrapped: Uint8Array): Uint8Array {
  const nonceAt = header.length
  const bodyAt = nonceAt + nonceSize
  const tagAt = wrapped.length - tagSize
  if (tagAt < bodyAt || !header.every((byte, at) => wrapped[at] === byte)) throw new KeyError('keys/unwrap-failed')
  const decipher = createDecipheriv('aes-256-gcm', key.reveal(), wrapped.subarray(nonceAt, bodyAt), {
    authTagLength: tagSize,
  })
  decipher.setAAD(concat(header, encodeKeyContext(context)))
  decipher.setAuthTag(wrapped.subarray(tagAt))
  const opened = decipher.update(wrapped.subarray(bodyAt, tagAt))
  try {
    decipher.final()
    return Uint8Array.from(opened)
  } catch (cause) {
    throw new KeyError('keys/unwrap-failed', { cause })
  } finally {
    opened.fill(0)
  }
}
