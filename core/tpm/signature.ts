import { constants, verify } from 'node:crypto'
import { concat } from '../bytes/index.ts'
import { ALG } from './constants/algorithms.ts'
import { curve } from './ecc/curves.ts'
import { hashAlgorithm } from './hash.ts'
import { leftPad, publicKeyOf } from './public-key.ts'
import type { TPMT_PUBLIC, TPMT_SIGNATURE } from './structures/index.ts'

/** r || s, both as long as the curve's order, as IEEE P1363 writes an ECDSA signature. */
const p1363 = (curveID: number, r: Uint8Array, s: Uint8Array): Uint8Array => {
  const { coordinateBytes } = curve(curveID)
  return concat(leftPad(r, coordinateBytes), leftPad(s, coordinateBytes))
}

/** Whether a key signed `message` (not its digest); false for a scheme the key's type does not have. */
export function verifySignature(publicArea: TPMT_PUBLIC, message: Uint8Array, signature: TPMT_SIGNATURE): boolean {
  const key = publicKeyOf(publicArea)
  if (publicArea.type === ALG.rsa && (signature.sigAlg === ALG.rsassa || signature.sigAlg === ALG.rsapss)) {
    const padding = signature.sigAlg === ALG.rsassa ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_PSS_PADDING
    return verify(hashAlgorithm(signature.hash).node, message, { key, padding }, signature.sig)
  }
  if (publicArea.type === ALG.ecc && signature.sigAlg === ALG.ecdsa) {
    const raw = p1363(publicArea.parameters.curveID, signature.signatureR, signature.signatureS)
    return verify(hashAlgorithm(signature.hash).node, message, { key, dsaEncoding: 'ieee-p1363' }, raw)
  }
  return false
}
