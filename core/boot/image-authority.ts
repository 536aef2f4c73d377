import { createHash } from 'node:crypto'
import { concat, toHex, WireError } from '../bytes/index.ts'
import { parseSignatureDatabase } from '../eventlog/index.ts'
import { authenticodeParts } from './authenticode.ts'
import { certificateOf, isIssuedBy, signerChains } from './image-signature.ts'
import { type PeImage } from './pe-image.ts'

/**
 * The entry of db (EFI_SIGNATURE_DATA) by which firmware accepts an image: the first that issued or is a certificate of a signature, else the image's
 * own digest.
 * @throws WireError if there is none, so that the image does not start.
 */
export function authorityOf(image: PeImage, db: Uint8Array): Uint8Array {
  const entries = parseSignatureDatabase(db)
  for (const chain of signerChains(image)) {
    const entry = entries.find(({ kind, data }) => {
      if (kind !== 'x509') return false
      const trusted = certificateOf(data)
      return chain.some((certificate) => certificate.raw.equals(trusted.raw) || isIssuedBy(certificate, trusted))
    })
    if (entry !== undefined) return concat(entry.owner, entry.data)
  }
  const hash = createHash('sha256')
  for (const part of authenticodeParts(image)) hash.update(part)
  const digest = hash.digest('hex')
  const named = entries.find(({ kind, data }) => kind === 'sha256' && toHex(data) === digest)
  if (named === undefined) throw new WireError('nothing in db vouches for it')
  return concat(named.owner, named.data)
}
