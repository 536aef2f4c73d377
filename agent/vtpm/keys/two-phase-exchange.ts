import { bigIntToBytes, bytesToBigInt, modulo } from '../../../core/bytes/index.ts'
import { addPoints, ALG, type Curve, ScalarMultiplier, type TPMS_ECC_POINT } from '../../../core/tpm/index.ts'

const empty = new Uint8Array(0)
const noPoint: TPMS_ECC_POINT = { x: empty, y: empty }

/** The two private scalars of this side. */
export interface OwnScalars {
  readonly fixed: Uint8Array
  readonly ephemeral: Uint8Array
}

/** The two public points of the other side. */
export interface OtherPoints {
  readonly fixed: TPMS_ECC_POINT
  readonly ephemeral: TPMS_ECC_POINT
}

export interface Exchanged {
  readonly outZ1: TPMS_ECC_POINT
  readonly outZ2: TPMS_ECC_POINT
}

type Exchange = (row: Curve, own: OwnScalars, other: OtherPoints) => Exchanged | undefined

/** Part 1, C.6.1.2: two exchanges side by side. */
const ecdh: Exchange = (row, own, other) => ({
  outZ1: new ScalarMultiplier(row.id, own.fixed).times(other.fixed),
  outZ2: new ScalarMultiplier(row.id, own.ephemeral).times(other.ephemeral),
})

/** The lowest bits of an x coordinate, with the next one set: SP 800-56A, 5.7.2.2. */
function associatedValue({ x }: TPMS_ECC_POINT, bits: bigint): bigint {
  return BigInt.asUintN(Number(bits), bytesToBigInt(x)) | (1n << bits)
}

const halfBits = ({ bits }: Curve): bigint => BigInt(Math.ceil(bits / 2))

/** scalar * (left + weight * right), where neither is at infinity. */
function combined(
  row: Curve,
  scalar: bigint,
  left: TPMS_ECC_POINT,
  right: { readonly weight: bigint; readonly point: TPMS_ECC_POINT },
): Exchanged | undefined {
  const by = (value: bigint) => new ScalarMultiplier(row.id, bigIntToBytes(value, row.coordinateBytes))
  const sum = addPoints(row, left, by(right.weight).times(right.point))
  return sum === undefined || scalar === 0n ? undefined : { outZ1: by(scalar).times(sum), outZ2: noPoint }
}

/** MQV (Part 1, C.6.1.3; SP 800-56A, 5.7.2.3). */
const ecmqv: Exchange = (row, own, other) => {
  const bits = halfBits(row)
  const ownPoint = new ScalarMultiplier(row.id, own.ephemeral).timesBase()
  const weighted = associatedValue(ownPoint, bits) * bytesToBigInt(own.fixed)
  const scalar = modulo(bytesToBigInt(own.ephemeral) + weighted, row.order)
  const right = { weight: associatedValue(other.ephemeral, bits), point: other.fixed }
  return combined(row, scalar, other.ephemeral, right)
}

/** The exchange of SM2 (GB/T 32918.3, 6.1), without its derivation of a key. */
const sm2: Exchange = (row, own, other) => {
  const bits = halfBits(row) - 1n
  const ownPoint = new ScalarMultiplier(row.id, own.ephemeral).timesBase()
  const weighted = associatedValue(ownPoint, bits) * bytesToBigInt(own.ephemeral)
  const scalar = modulo(bytesToBigInt(own.fixed) + weighted, row.order)
  const right = { weight: associatedValue(other.ephemeral, bits), point: other.ephemeral }
  return combined(row, scalar, other.fixed, right)
}

/** The schemes of TPM2_ZGen_2Phase; undefined at infinity. The arithmetic modulo the order is not constant-time. */
export const twoPhaseExchanges: ReadonlyMap<number, Exchange> = new Map([
  [ALG.ecdh, ecdh],
  [ALG.ecmqv, ecmqv],
  [ALG.sm2, sm2],
])
