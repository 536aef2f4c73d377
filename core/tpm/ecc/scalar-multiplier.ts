import { createECDH, type ECDH } from 'node:crypto'
import { bigIntToBytes, bytesToBigInt } from '../../bytes/index.ts'
import { CURVE } from '../constants/algorithms.ts'
import type { TPMS_ECC_POINT } from '../structures/index.ts'
import { curve, type Curve } from './curves.ts'
import { basePoint, negatePoint, padPoint, recoverPoint, trailingPoint, uncompressed } from './point.ts'
import { multiplyAsBase } from './specified-curve.ts'

/** The one curve on which OpenSSL multiplies so fast that two exchanges, x alone each, are better than written-out parameters. */
const isFast = ({ id }: Curve): boolean => id === CURVE.nistP256

/**
 * Multiplies points of one curve by one number, which may be private: OpenSSL does it in constant time, the arithmetic
 * around it sees points alone. Kept as long as a key is used, it is prepared once.
 */
export class ScalarMultiplier {
  readonly #row: Curve
  readonly #scalar: Uint8Array
  #ecdh: ECDH | undefined
  #nextEcdh: ECDH | undefined

  /** The scalar lies above zero and below the order; it is not copied, nor written to. */
  constructor(curveID: number, scalar: Uint8Array) {
    this.#row = curve(curveID)
    this.#scalar = scalar
  }

  /** scalar * G. */
  timesBase(): TPMS_ECC_POINT {
    const { node } = this.#row
    if (node === undefined) return multiplyAsBase(this.#row, this.#scalar, basePoint(this.#row))
    return trailingPoint(this.#row, new Uint8Array(this.#exchange(node).getPublicKey()))
  }

  /**
   * scalar * point.
   * @throws an OpenSSL error if the point is not on the curve.
   */
  times(point: TPMS_ECC_POINT): TPMS_ECC_POINT {
    const { node, order, coordinateBytes } = this.#row
    if (node === undefined || !isFast(this.#row)) return multiplyAsBase(this.#row, this.#scalar, point)
    const next = bytesToBigInt(this.#scalar) + 1n
    if (next === order) return negatePoint(this.#row, padPoint(this.#row, point))
    if (this.#nextEcdh === undefined) {
      const nextScalar = bigIntToBytes(next, coordinateBytes)
      this.#nextEcdh = exchangeBy(node, nextScalar)
      nextScalar.fill(0)
    }
    const other = uncompressed(this.#row, point)
    const nextX = new Uint8Array(this.#nextEcdh.computeSecret(other))
    return recoverPoint(this.#row, new Uint8Array(this.#exchange(node).computeSecret(other)), point, nextX)
  }

  /**
   * The x coordinate of scalar * point.
   * @throws an OpenSSL error if the point is not on the curve.
   */
  xTimes(point: TPMS_ECC_POINT): Uint8Array {
    const { node } = this.#row
    if (node === undefined || !isFast(this.#row)) return multiplyAsBase(this.#row, this.#scalar, point).x
    return new Uint8Array(this.#exchange(node).computeSecret(uncompressed(this.#row, point)))
  }

  #exchange(node: string): ECDH {
    this.#ecdh ??= exchangeBy(node, this.#scalar)
    return this.#ecdh
  }
}

function exchangeBy(node: string, scalar: Uint8Array): ECDH {
  const ecdh = createECDH(node)
  ecdh.setPrivateKey(scalar)
  return ecdh
}
