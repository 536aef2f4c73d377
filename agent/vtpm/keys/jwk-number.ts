/** A number of a JWK as bytes (RFC 7518, 6.3.1). */
export function jwkNumber(value: string | undefined): Uint8Array {
  if (value === undefined) throw new TypeError('the JWK lacks a number')
  return Uint8Array.from(Buffer.from(value, 'base64url'))
}
