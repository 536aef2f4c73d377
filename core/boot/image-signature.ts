import { X509Certificate } from 'node:crypto'
import { Reader, toHex, WireError } from '../bytes/index.ts'
import { type PeImage } from './pe-image.ts'

/** WIN_CERTIFICATE (UEFI 32.5.1): size, revision, kind; entries begin at multiples of eight. */
const pkcsSignedData = 0x0002
const headerBytes = 8
const alignment = 8
const maxCertificates = 32
/** Tags of PKCS #7 SignedData (RFC 2315, 9.1). */
const tag = { integer: 0x02, sequence: 0x30, set: 0x31, context0: 0xa0 } as const

/**
 * The certificates by which an image was signed, one chain for each signature: who signed first, then who issued that. Nothing is verified but that
 * each was issued by the next.
 * @throws WireError if a signature is malformed.
 */
export function signerChains(image: PeImage): readonly (readonly X509Certificate[])[] {
  const table = image.bytes.subarray(image.bytes.length - image.certificateTableSize)
  const chains: (readonly X509Certificate[])[] = []
  for (let at = 0; at + headerBytes <= table.length;) {
    const from = new Reader(table.subarray(at))
    const size = from.u32(true)
    if (size < headerBytes || at + size > table.length) throw new WireError('sizes do not fit', ['certificateTable'])
    from.u16(true)
    if (from.u16(true) === pkcsSignedData) chains.push(signerChain(from.view(size - headerBytes)))
    at += size + ((alignment - (size % alignment)) % alignment)
  }
  return chains
}

interface Element {
  readonly tag: number
  readonly content: Uint8Array
  /** With tag and length. */
  readonly whole: Uint8Array
}

function signerChain(signature: Uint8Array): readonly X509Certificate[] {
  const [contentInfo] = elements(signature)
  const explicit = elements(contentInfo?.content ?? new Uint8Array()).find((each) => each.tag === tag.context0)
  const [signedData] = elements(explicit?.content ?? new Uint8Array())
  const parts = elements(signedData?.content ?? new Uint8Array())
  const certificates = elements(parts.find((each) => each.tag === tag.context0)?.content ?? new Uint8Array())
  const [signer] = elements(parts.findLast((each) => each.tag === tag.set)?.content ?? new Uint8Array())
  const issuerAndSerial = elements(signer?.content ?? new Uint8Array()).find((each) => each.tag === tag.sequence)
  const serial = elements(issuerAndSerial?.content ?? new Uint8Array()).findLast((each) => each.tag === tag.integer)
  if (serial === undefined) throw new WireError('names no signer', ['certificateTable'])
  return chainOf(
    certificates.slice(0, maxCertificates).map(({ whole }) => certificateOf(whole)),
    serial.content,
  )
}

function chainOf(certificates: readonly X509Certificate[], serial: Uint8Array): readonly X509Certificate[] {
  const wanted = withoutLeadingZeros(toHex(serial))
  const leaf = certificates.find((each) => withoutLeadingZeros(each.serialNumber.toLowerCase()) === wanted)
  if (leaf === undefined) throw new WireError('lacks its signer’s certificate', ['certificateTable'])
  const chain = [leaf]
  for (let last = leaf; chain.length < certificates.length;) {
    const issuer = certificates.find((each) => !chain.includes(each) && isIssuedBy(last, each))
    if (issuer === undefined) break
    chain.push(issuer)
    last = issuer
  }
  return chain
}

/** As text: a number of any length is read from a file, and a certificate's may be negative. */
const withoutLeadingZeros = (hex: string): string => hex.replace(/^0+/, '')

/** Whether a certificate was signed by another's key. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

/** @throws WireError if the bytes are no certificate. */
export function certificateOf(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der)
  } catch {
    throw new WireError('no certificate')
  }
}

/** The elements that stand one behind the other (X.690, 8.1); what follows the last is left alone. */
function elements(bytes: Uint8Array): readonly Element[] {
  const found: Element[] = []
  for (let at = 0; at + 2 <= bytes.length;) {
    const lengthByte = bytes[at + 1] ?? 0
    const lengthBytes = lengthByte < 0x80 ? 0 : lengthByte & 0x7f
    if (lengthBytes > 4) throw new WireError('too long', ['certificateTable'])
    const length =
      lengthBytes === 0
        ? lengthByte
        : bytes.subarray(at + 2, at + 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0)
    const contentAt = at + 2 + lengthBytes
    const end = contentAt + length
    if (end > bytes.length || bytes[at] === 0) break
    found.push({ tag: bytes[at] ?? 0, content: bytes.subarray(contentAt, end), whole: bytes.subarray(at, end) })
    at = end
  }
  return found
}
