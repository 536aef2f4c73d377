import { ALG, CURVE } from '../constants/algorithms.ts'

/** Everything about one elliptic curve in one row: y^2 = x^3 + ax + b over a prime field. */
export interface Curve {
  readonly id: number
  /** The name OpenSSL knows it by; undefined where it has to be told the numbers. */
  readonly node: string | undefined
  /** The name in a JWK, where there is one. */
  readonly jwk: string | undefined
  /** Bytes of a coordinate, and of the order. */
  readonly coordinateBytes: number
  readonly bits: number
  /** The prime of the field. */
  readonly prime: bigint
  readonly a: bigint
  readonly b: bigint
  readonly baseX: bigint
  readonly baseY: bigint
  /** The order of the base point; the cofactor is one on each of these curves. */
  readonly order: bigint
  /** The hash of its KDF1_SP800_56A, as TPM2_ECC_Parameters reports it. */
  readonly kdfHash: number | undefined
}

const p192 = 2n ** 192n - 2n ** 64n - 1n
const p224 = 2n ** 224n - 2n ** 96n + 1n
const p256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const p384 = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n
const p521 = 2n ** 521n - 1n
const bn256 = 0xfffffffffffcf0cd46e5f25eee71a49f0cdc65fb12980a82d3292ddbaed33013n
const bn638 =
  0x23fffffdc000000d7fffffb8000001d3fffff942d000165e3fff94870000d52ffffdd0e00008de55c00086520021e55bfffff51ffff4eb800000004c80015acdffffffffffffece00000000000000067n
const sm2 = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn

/** The curves that this TPM has, in the order of their identifiers (TCG Algorithm Registry, 6; SP 800-186, 3.2.1). */
export const curves: readonly Curve[] = [
  {
    id: CURVE.nistP192,
    node: 'prime192v1',
    jwk: undefined,
    coordinateBytes: 24,
    bits: 192,
    prime: p192,
    a: p192 - 3n,
    b: 0x64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1n,
    baseX: 0x188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012n,
    baseY: 0x07192b95ffc8da78631011ed6b24cdd573f977a11e794811n,
    order: 0xffffffffffffffffffffffff99def836146bc9b1b4d22831n,
    kdfHash: ALG.sha256,
  },
  {
    id: CURVE.nistP224,
    node: 'secp224r1',
    jwk: undefined,
    coordinateBytes: 28,
    bits: 224,
    prime: p224,
    a: p224 - 3n,
    b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
    baseX: 0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n,
    baseY: 0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
    order: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
    kdfHash: ALG.sha256,
  },
  {
    id: CURVE.nistP256,
    node: 'prime256v1',
    jwk: 'P-256',
    coordinateBytes: 32,
    bits: 256,
    prime: p256,
    a: p256 - 3n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    baseX: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    baseY: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    kdfHash: ALG.sha256,
  },
  {
    id: CURVE.nistP384,
    node: 'secp384r1',
    jwk: 'P-384',
    coordinateBytes: 48,
    bits: 384,
    prime: p384,
    a: p384 - 3n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    baseX: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    baseY: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    kdfHash: ALG.sha384,
  },
  {
    id: CURVE.nistP521,
    node: 'secp521r1',
    jwk: 'P-521',
    coordinateBytes: 66,
    bits: 521,
    prime: p521,
    a: p521 - 3n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    baseX:
      0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    baseY:
      0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    kdfHash: ALG.sha512,
  },
  {
    id: CURVE.bnP256,
    node: undefined,
    jwk: undefined,
    coordinateBytes: 32,
    bits: 256,
    prime: bn256,
    a: 0n,
    b: 3n,
    baseX: 1n,
    baseY: 2n,
    order: 0xfffffffffffcf0cd46e5f25eee71a49e0cdc65fb1299921af62d536cd10b500dn,
    kdfHash: undefined,
  },
  {
    id: CURVE.bnP638,
    node: undefined,
    jwk: undefined,
    coordinateBytes: 80,
    bits: 638,
    prime: bn638,
    a: 0n,
    b: 257n,
    baseX: bn638 - 1n,
    baseY: 16n,
    order:
      0x23fffffdc000000d7fffffb8000001d3fffff942d000165e3fff94870000d52ffffdd0e00008de55600086550021e555fffff54ffff4eac000000049800154d9ffffffffffffeda00000000000000061n,
    kdfHash: undefined,
  },
  {
    id: CURVE.sm2P256,
    node: 'SM2',
    jwk: undefined,
    coordinateBytes: 32,
    bits: 256,
    prime: sm2,
    a: sm2 - 3n,
    b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
    baseX: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
    baseY: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
    order: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
    kdfHash: ALG.sm3_256,
  },
]

const byId = new Map(curves.map((row) => [row.id, row]))

/** @throws TypeError if `id` is no curve of the table. */
export function curve(id: number): Curve {
  const row = byId.get(id)
  if (row === undefined) throw new TypeError(`0x${id.toString(16)} is no curve`)
  return row
}
