import { CURVE } from './constants/algorithms.ts'

/** Everything about one elliptic curve in one row. */
export interface Curve {
  readonly id: number
  /** The name OpenSSL knows it by. */
  readonly node: string
  /** The name in a JWK. */
  readonly jwk: string
  readonly coordinateBytes: number
  readonly bits: number
  /** The prime of the field (SP 800-186, 3.2.1); the coefficient a is -3 on each of these curves. */
  readonly prime: bigint
  /** The order of the base point. */
  readonly order: bigint
}

/** The curves that this TPM has, in the order of their identifiers (SEC 2, version 2.0). */
export const curves: readonly Curve[] = [
  {
    id: CURVE.nistP256,
    node: 'prime256v1',
    jwk: 'P-256',
    coordinateBytes: 32,
    bits: 256,
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  {
    id: CURVE.nistP384,
    node: 'secp384r1',
    jwk: 'P-384',
    coordinateBytes: 48,
    bits: 384,
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    id: CURVE.nistP521,
    node: 'secp521r1',
    jwk: 'P-521',
    coordinateBytes: 66,
    bits: 521,
    prime: 2n ** 521n - 1n,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
]

const byId = new Map(curves.map((row) => [row.id, row]))

/** @throws TypeError if `id` is no curve of the table. */
export function curve(id: number): Curve {
  const row = byId.get(id)
  if (row === undefined) throw new TypeError(`0x${id.toString(16)} is no curve`)
  return row
}
