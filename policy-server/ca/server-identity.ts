import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { parseCertificate } from '../../core/pki/index.ts'
import type { OwnAuthority } from './own-authority.ts'
import { generatePrivateKey, readPrivateKey, spkiOf } from './signer.ts'

/** What the server shows in a TLS handshake. */
export interface ServerIdentity {
  /** Leaf first, ending in the anchor. */
  readonly chain: readonly X509Certificate[]
  readonly key: KeyObject
}

/** DER: the certificate that the chain ends in, which join tokens and operators pin. */
export function anchorOf({ chain }: ServerIdentity): Uint8Array {
  const anchor = chain.at(-1)
  if (anchor === undefined) throw new TypeError('a chain has a last certificate')
  return Uint8Array.from(anchor.raw)
}

/** When the first certificate of the chain ends. */
export const expiryOf = ({ chain }: ServerIdentity): number =>
  Math.min(...chain.map((each) => Date.parse(each.validTo)))

/**
 * A server certificate of our own authority, for a key made now: clients pin the authority, so the key need not
 * outlive the process and never lies on a disk.
 */
export async function ownServerIdentity(authority: OwnAuthority, names: readonly string[]): Promise<ServerIdentity> {
  const pkcs8 = generatePrivateKey()
  try {
    const key = readPrivateKey(pkcs8)
    const chain = await authority.issueServerCertificate(names, spkiOf(key))
    return { chain: chain.map(parseCertificate), key }
  } finally {
    pkcs8.fill(0)
  }
}

/** Whether a private key and a certificate belong together. */
export function isKeyOf(key: KeyObject, certificate: X509Certificate): boolean {
  return createPublicKey(key).equals(certificate.publicKey)
}
