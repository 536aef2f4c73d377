import { bytesToBigInt, concat, DER, derElement, derInteger, fromHex } from '../../../core/bytes/index.ts'
import {
  ALG,
  curve,
  defaultRsaExponent,
  digestSize,
  leftPad,
  type TPMT_PUBLIC,
  type TPMT_SIG_SCHEME,
} from '../../../core/tpm/index.ts'

const objectIdentifier = 0x06
const bitString = 0x03
const derNull = Uint8Array.of(0x05, 0)
const context1 = 0xa1
const context2 = 0xa2
/** SEC 1, 2.3.3. */
const uncompressed = 4
const oid = (hex: string): Uint8Array => derElement(objectIdentifier, fromHex(hex))

const rsaEncryption = oid('2a864886f70d010101')
const rsaSsaPss = oid('2a864886f70d01010a')
const maskGeneration1 = oid('2a864886f70d010108')
const ecPublicKey = oid('2a8648ce3d0201')

/** RFC 5480, 2.1.1.1, and SM2; the other curves have no name in a certificate. */
const curveNames: ReadonlyMap<number, Uint8Array> = new Map([
  [0x0001, oid('2a8648ce3d030101')],
  [0x0002, oid('2b81040021')],
  [0x0003, oid('2a8648ce3d030107')],
  [0x0004, oid('2b81040022')],
  [0x0005, oid('2b81040023')],
  [0x0020, oid('2a811ccf5501822d')],
])

/** How a hash is called by itself, and together with PKCS #1 v1.5 and with ECDSA (RFC 4055, RFC 5758). */
const hashNames: ReadonlyMap<number, { readonly hash: string; readonly rsaSsa: string; readonly ecdsa: string }> =
  new Map([
    [ALG.sha1, { hash: '2b0e03021a', rsaSsa: '2a864886f70d010105', ecdsa: '2a8648ce3d0401' }],
    [ALG.sha256, { hash: '608648016503040201', rsaSsa: '2a864886f70d01010b', ecdsa: '2a8648ce3d040302' }],
    [ALG.sha384, { hash: '608648016503040202', rsaSsa: '2a864886f70d01010c', ecdsa: '2a8648ce3d040303' }],
    [ALG.sha512, { hash: '608648016503040203', rsaSsa: '2a864886f70d01010d', ecdsa: '2a8648ce3d040304' }],
  ])

/** RSASSA-PSS-params (RFC 4055, 3.1); under SHA-1 everything is as by default, which libtpms writes as NULL. */
function pssParameters(hashAlg: number, hash: Uint8Array): Uint8Array {
  if (hashAlg === ALG.sha1) return derNull
  const algorithm = derElement(DER.sequence, hash, derNull)
  return derElement(
    DER.sequence,
    derElement(DER.context0, algorithm),
    derElement(context1, derElement(DER.sequence, maskGeneration1, algorithm)),
    derElement(context2, derInteger(BigInt(digestSize(hashAlg)))),
  )
}

/** The AlgorithmIdentifier of a signature; undefined for schemes that certificates do not have. */
export function signatureAlgorithm(scheme: TPMT_SIG_SCHEME): Uint8Array | undefined {
  const names = 'hashAlg' in scheme ? hashNames.get(scheme.hashAlg) : undefined
  if (names === undefined || !('hashAlg' in scheme)) return undefined
  if (scheme.scheme === ALG.ecdsa) return derElement(DER.sequence, oid(names.ecdsa))
  if (scheme.scheme === ALG.rsassa) return derElement(DER.sequence, oid(names.rsaSsa), derNull)
  if (scheme.scheme !== ALG.rsapss) return undefined
  return derElement(DER.sequence, rsaSsaPss, pssParameters(scheme.hashAlg, oid(names.hash)))
}

const asBits = (bytes: Uint8Array): Uint8Array => derElement(bitString, Uint8Array.of(0), bytes)

/** The SubjectPublicKeyInfo of a key (RFC 5280, 4.1.2.7); undefined for one that certificates do not have. */
export function subjectPublicKey(publicArea: TPMT_PUBLIC): Uint8Array | undefined {
  if (publicArea.type === ALG.rsa) {
    const exponent = publicArea.parameters.exponent === 0 ? defaultRsaExponent : publicArea.parameters.exponent
    const key = derElement(DER.sequence, derInteger(bytesToBigInt(publicArea.unique)), derInteger(BigInt(exponent)))
    return derElement(DER.sequence, derElement(DER.sequence, rsaEncryption, derNull), asBits(key))
  }
  if (publicArea.type !== ALG.ecc) return undefined
  const name = curveNames.get(publicArea.parameters.curveID)
  if (name === undefined) return undefined
  const { coordinateBytes } = curve(publicArea.parameters.curveID)
  const { x, y } = publicArea.unique
  const point = concat(Uint8Array.of(uncompressed), leftPad(x, coordinateBytes), leftPad(y, coordinateBytes))
  return derElement(DER.sequence, derElement(DER.sequence, ecPublicKey, name), asBits(point))
}
