import { createHash, X509Certificate } from 'node:crypto'
import { toHex } from '../core/bytes/index.ts'
import { measuredForms, sectionOf } from '../core/boot/index.ts'
import type { AnnouncedFile, Bank, Digests } from './announced.ts'
import { readLimited, refusing } from './offline.ts'

const largestImageBytes = 1 << 30
const largestTextBytes = 4096 + 1
const largestCertificateBytes = 64 * 1024

/**
 * Digests of a file, or of a section of it, in each way in which it may be measured.
 * @throws Failure file/unreadable, values/malformed
 */
export async function digestsOf({ path, section }: AnnouncedFile, banks: readonly Bank[]): Promise<readonly Digests[]> {
  const bytes = await readLimited(path, largestImageBytes)
  const forms = await refusing('values/malformed', path, () =>
    section === undefined ? measuredForms(bytes) : [[sectionOf(bytes, section)]],
  )
  return forms.map((parts) => Object.fromEntries(banks.map((bank) => [bank, digestOf(bank, parts)])))
}

function digestOf(bank: Bank, parts: readonly Uint8Array[]): string {
  const hash = createHash(bank)
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/**
 * The text of a file, without the end of its line.
 * @throws Failure file/unreadable, values/malformed
 */
export async function textOf({ path }: AnnouncedFile): Promise<string> {
  const text = new TextDecoder().decode(await readLimited(path, largestTextBytes)).replace(/\n$/, '')
  return refusing('values/malformed', path, () => {
    if (!/^[\x20-\x7e]{1,4096}$/.test(text)) throw new Error('not one line of printable ASCII')
    return text
  })
}

/**
 * The SHA-256 fingerprint of a certificate: given as it is, or of the certificate (PEM or DER) in a file.
 * @throws Failure file/unreadable, values/malformed
 */
export async function fingerprintOf(given: string): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(given)) return given
  const bytes = await readLimited(given, largestCertificateBytes)
  return refusing('values/malformed', given, () => {
    const several = new TextDecoder('latin1').decode(bytes).split('-----BEGIN ').length > 2
    if (several) throw new Error('holds more than one certificate; give each in a file of its own')
    const { raw } = new X509Certificate(bytes)
    return toHex(createHash('sha256').update(raw).digest())
  })
}
