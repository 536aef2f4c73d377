import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { webcrypto } from 'node:crypto'
import { concat, DER, derElement, derInteger, fromHex, Writer } from '../../../../core/bytes/index.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const set = 0x31
const objectIdentifier = 0x06
const signedData = fromHex('2a864886f70d010702')
const data = fromHex('2a864886f70d010701')
const validity = { notBefore: new Date(0), notAfter: new Date(4e12) }

/** A certificate and the key that it is for. */
export interface Identity {
  readonly der: Uint8Array
  readonly name: string
  readonly serial: number
  readonly keys: webcrypto.CryptoKeyPair
}

/** Makes a certificate, issued by another or by itself. */
export async function identity(name: string, serial: number, issuer?: Identity): Promise<Identity> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: serial.toString(16).padStart(2, '0'),
    subject: `CN=${name}`,
    issuer: `CN=${issuer?.name ?? name}`,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  })
  return { der: new Uint8Array(made.rawData), name, serial, keys }
}

/** An image's table of certificates with one signature, of which only who signed is there (PKCS #7). */
export function certificateTable(signer: Identity, ...others: readonly Identity[]): Uint8Array {
  const issuerAndSerial = derElement(DER.sequence, derElement(DER.sequence), derInteger(BigInt(signer.serial)))
  const signerInfo = derElement(DER.sequence, derInteger(1n), issuerAndSerial)
  const content = derElement(
    DER.sequence,
    derInteger(1n),
    derElement(set),
    derElement(DER.sequence, derElement(objectIdentifier, data)),
    derElement(DER.context0, ...others.map(({ der }) => der), signer.der),
    derElement(set, signerInfo),
  )
  const signature = derElement(
    DER.sequence,
    derElement(objectIdentifier, signedData),
    derElement(DER.context0, content),
  )
  const entry = new Writer()
    .u32(8 + signature.length, true)
    .u16(0x0200, true)
    .u16(0x0002, true)
    .bytes(signature)
    .done()
  return concat(entry, new Uint8Array((8 - (entry.length % 8)) % 8))
}

/** A list of one entry (EFI_SIGNATURE_LIST). */
export function signatureList(kind: 'x509' | 'sha256', owner: string, content: Uint8Array): Uint8Array {
  const guid = { x509: 'a159c0a5e494a74a87b5ab155c2bf072', sha256: '2616c4c14c509240aca941f936934328' }[kind]
  return new Writer()
    .bytes(fromHex(guid))
    .u32(28 + 16 + content.length, true)
    .u32(0, true)
    .u32(16 + content.length, true)
    .bytes(fromHex(owner))
    .bytes(content)
    .done()
}
