import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { promptWithoutEcho, type Terminal } from './prompt.ts'
import { SecretBytes } from './secret-bytes.ts'

/** Name of the systemd credential (systemd.exec(5), LoadCredential=) that may hold the passphrase. */
export const passphraseCredential = 'bootlatch-vault-passphrase'

const longestBytes = 1024
const groupAndOthers = 0o077
const lineFeed = 0x0a
const carriageReturn = 0x0d

/** The passphrase cannot be had; the message says why and what to do. */
export class PassphraseError extends Error {
  override readonly name = 'PassphraseError'
}

/** Where a passphrase may come from, in this order. */
export interface PassphraseSource {
  readonly file?: string | undefined
  /** Folder of systemd's credentials. */
  readonly credentials?: string | undefined
  readonly terminal?: Terminal | undefined
}

function readBounded(path: string): { bytes: Uint8Array; mode: number } {
  const fd = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(longestBytes + 2)
    let size = 0
    for (let got = -1; got !== 0 && size < bytes.length; size += got)
      got = readSync(fd, bytes, size, bytes.length - size, null)
    return { bytes: bytes.subarray(0, size), mode: fstatSync(fd).mode }
  } finally {
    closeSync(fd)
  }
}

/** One line end at the end is not part of the passphrase: editors add it. */
function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let size = bytes.length
  if (bytes[size - 1] === lineFeed) size -= 1
  if (size < bytes.length && bytes[size - 1] === carriageReturn) size -= 1
  return bytes.slice(0, size)
}

function checked(bytes: Uint8Array, from: string): SecretBytes {
  const passphrase = withoutLineEnd(bytes)
  bytes.fill(0)
  if (passphrase.length === 0) throw new PassphraseError(`${from}: the passphrase is empty`)
  if (passphrase.length > longestBytes) throw new PassphraseError(`${from}: longer than ${longestBytes} bytes`)
  return new SecretBytes(passphrase)
}

function fromFile(path: string, mayOthersRead: boolean): SecretBytes {
  let content: ReturnType<typeof readBounded>
  try {
    content = readBounded(path)
  } catch (cause) {
    throw new PassphraseError(`${path}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, {
      cause,
    })
  }
  if (!mayOthersRead && (content.mode & groupAndOthers) !== 0) {
    throw new PassphraseError(`${path}: other users may read it; run chmod 600 on it`)
  }
  return checked(content.bytes, path)
}

/**
 * The vault's passphrase: from the file named, else systemd's credential, else asked for on the terminal (twice where
 * it is a new one).
 * @throws PassphraseError
 */
export async function readPassphrase(source: PassphraseSource, isNew: boolean): Promise<SecretBytes> {
  if (source.file !== undefined) return fromFile(source.file, false)
  const credential = source.credentials === undefined ? undefined : join(source.credentials, passphraseCredential)
  // systemd guards the folder itself; the mode of a file in it depends on its version.
  if (credential !== undefined && existsSync(credential)) return fromFile(credential, true)
  if (source.terminal === undefined) {
    throw new PassphraseError(
      `no passphrase: give --passphrase-file, the systemd credential ${passphraseCredential}, or start it on a terminal`,
    )
  }
  const passphrase = checked(await promptWithoutEcho(source.terminal, 'Passphrase of the key vault: '), 'terminal')
  if (isNew) {
    const again = checked(await promptWithoutEcho(source.terminal, 'The same again: '), 'terminal')
    const same = Buffer.compare(passphrase.reveal(), again.reveal()) === 0
    again.forget()
    if (!same) throw new PassphraseError('terminal: the two passphrases differ')
  }
  return passphrase
}
