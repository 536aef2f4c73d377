import { createCipheriv, createDecipheriv } from 'node:crypto'

const ivBytes = 16

/** What OpenSSL gave as plain bytes, without a copy that nobody would zero. */
const bytesOf = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array => new Uint8Array(buffer, byteOffset, length)

/** AES in CFB mode with a full-block feedback (Part 1, 11.4.9); the IV is zero unless given. */
export function aesCfbEncrypt(
  key: Uint8Array,
  plain: Uint8Array,
  iv: Uint8Array = new Uint8Array(ivBytes),
): Uint8Array {
  const cipher = createCipheriv(`aes-${8 * key.length}-cfb`, key, iv)
  return bytesOf(cipher.update(plain))
}

export function aesCfbDecrypt(
  key: Uint8Array,
  sealed: Uint8Array,
  iv: Uint8Array = new Uint8Array(ivBytes),
): Uint8Array {
  const decipher = createDecipheriv(`aes-${8 * key.length}-cfb`, key, iv)
  return bytesOf(decipher.update(sealed))
}
