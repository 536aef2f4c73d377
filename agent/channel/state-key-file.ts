import { open } from 'node:fs/promises'

/** A key file is not what a key file must be. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
}

/** AES-256. */
const keyBytes = 32
const permissionBits = 0o777
const ownerOnly = 0o600

/**
 * Reads a key file: 32 raw bytes in a regular file that its owner alone can read. The caller clears the key.
 * @throws KeyFileError naming the file and what is wrong with it
 */
export async function readStateKey(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new KeyFileError(`${path}: cannot be read (${systemCode(cause)})`, { cause })
  })
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new KeyFileError(`${path}: no regular file`)
    const mode = found.mode & permissionBits
    if (mode !== ownerOnly) throw new KeyFileError(`${path}: mode is 0${mode.toString(8)}, must be 0600`)
    if (found.size !== keyBytes) throw new KeyFileError(`${path}: ${found.size} bytes, must be ${keyBytes}`)
    const key = new Uint8Array(keyBytes)
    const { bytesRead } = await file.read(key, 0, keyBytes, 0)
    if (bytesRead !== keyBytes) throw new KeyFileError(`${path}: shorter than ${keyBytes} bytes`)
    return key
  } finally {
    await file.close()
  }
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error)
}
