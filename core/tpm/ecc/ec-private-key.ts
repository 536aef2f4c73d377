import { DER, derElement, derInteger } from '../../bytes/index.ts'

const version = 1n

/**
 * ECPrivateKey without the public key, which OpenSSL computes, as DER that is the caller's to zero (RFC 5915, 3). The scalar
 * comes in last: what the elements are put together from holds none of it.
 */
export function ecPrivateKey(scalar: Uint8Array, ecParameters: Uint8Array): Uint8Array {
  const parameters = derElement(DER.context0, ecParameters)
  const room = derElement(DER.octetString, new Uint8Array(scalar.length))
  const der = derElement(DER.sequence, derInteger(version), room, parameters)
  der.set(scalar, der.length - parameters.length - scalar.length)
  return der
}
