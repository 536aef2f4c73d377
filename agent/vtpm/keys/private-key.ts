import { createPrivateKey, type KeyObject } from 'node:crypto'
import {
  ALG,
  curve,
  defaultRsaExponent,
  leftPad,
  type TPMT_PUBLIC,
  type TPMT_SENSITIVE,
} from '../../../core/tpm/index.ts'
import { ecPrivateKeyDer, rsaPrivateKeyDer } from './der.ts'

/**
 * The private key of an asymmetric object; the DER it goes through is zeroed, a JWK's strings could not be.
 * @throws TypeError if the object is symmetric, or on a curve that OpenSSL does not sign on by itself.
 */
export function privateKeyOf(publicArea: TPMT_PUBLIC, sensitive: TPMT_SENSITIVE): KeyObject {
  if (publicArea.type === ALG.ecc) {
    const { node, coordinateBytes, id } = curve(publicArea.parameters.curveID)
    if (node === undefined) throw new TypeError(`OpenSSL has no name for curve 0x${id.toString(16)}`)
    const der = ecPrivateKeyDer(node, leftPad(sensitive.sensitive, coordinateBytes))
    return importDer(der, 'sec1')
  }
  if (publicArea.type === ALG.rsa) {
    const exponent = publicArea.parameters.exponent === 0 ? defaultRsaExponent : publicArea.parameters.exponent
    return importDer(rsaPrivateKeyDer(publicArea.unique, sensitive.sensitive, BigInt(exponent)), 'pkcs1')
  }
  throw new TypeError('a symmetric object has no private key')
}

function importDer(der: Uint8Array, type: 'sec1' | 'pkcs1'): KeyObject {
  const key = createPrivateKey({ key: Buffer.from(der.buffer, der.byteOffset, der.length), format: 'der', type })
  der.fill(0)
  return key
}
