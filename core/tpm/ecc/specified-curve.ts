import { createPrivateKey, createPublicKey, type PrivateKeyInput } from 'node:crypto'
import { bigIntToBytes, DER, derElement, derInteger } from '../../bytes/index.ts'
import type { TPMS_ECC_POINT } from '../structures/index.ts'
import { type Curve } from './curves.ts'
import { ecPrivateKey } from './ec-private-key.ts'
import { trailingPoint, uncompressed } from './point.ts'

/** id-prime-field, complete with its tag (RFC 3279, 2.3.5). */
const primeField = Uint8Array.of(0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01)
const one = 1n

/** ECParameters of a curve, with this point as its base point (RFC 3279, 2.3.5). */
function ecParameters({ prime, a, b, order, coordinateBytes }: Curve, base: Uint8Array): Uint8Array {
  const coefficient = (value: bigint) => derElement(DER.octetString, bigIntToBytes(value, coordinateBytes))
  return derElement(
    DER.sequence,
    derInteger(one),
    derElement(DER.sequence, primeField, derInteger(prime)),
    derElement(DER.sequence, coefficient(a), coefficient(b)),
    derElement(DER.octetString, base),
    derInteger(order),
    derInteger(one),
  )
}

/**
 * scalar * point, both coordinates: the public key that OpenSSL finds, by its constant-time ladder, to a private key on the
 * curve that has `point` as its base point. It needs no name for the curve. The scalar lies above zero and below the order.
 * @throws an OpenSSL error if the point is not on the curve.
 */
export function multiplyAsBase(row: Curve, scalar: Uint8Array, point: TPMS_ECC_POINT): TPMS_ECC_POINT {
  const der = ecPrivateKey(scalar, ecParameters(row, uncompressed(row, point)))
  const key = createPrivateKey({ key: der as PrivateKeyInput['key'], format: 'der', type: 'sec1' })
  der.fill(0)
  return trailingPoint(row, new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' })))
}
