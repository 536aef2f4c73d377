import { expect } from 'chai'
import { bigIntToBytes, modulo, toHex } from '../../../../../core/bytes/index.ts'
import { basePoint, CURVE, curve, curves, drawScalar, isOnCurve, type Curve } from '../../../../../core/tpm/index.ts'

/** value^exponent in the field of a prime. */
function power(value: bigint, exponent: bigint, prime: bigint): bigint {
  if (exponent === 0n) return 1n
  const half = power(modulo(value * value, prime), exponent >> 1n, prime)
  return exponent % 2n === 1n ? modulo(half * value, prime) : half
}
/** A point with an x of zero, where the curve has one and its root is easily found. */
function aboveZero({ prime, b }: Curve): bigint | undefined {
  if (prime % 4n !== 3n) return undefined
  const y = power(b, (prime + 1n) / 4n, prime)
  return modulo(y * y, prime) === b ? y : undefined
}

describe('isOnCurve', () => {
  const wide = (value: bigint, { coordinateBytes }: Curve) => bigIntToBytes(value, coordinateBytes + 1)
  it('takes coordinates below the prime alone: others are another form of the same point', () => {
    for (const row of curves) {
      const { baseX, baseY, prime } = row
      const point = (x: bigint, y: bigint) => ({ x: wide(x, row), y: wide(y, row) })
      expect(isOnCurve(row, point(baseX, baseY)), 'the base point').to.equal(true)
      expect(isOnCurve(row, point(baseX + prime, baseY)), 'x beyond').to.equal(false)
      expect(isOnCurve(row, point(baseX, baseY + prime)), 'y beyond').to.equal(false)
    }
  })
  it('takes the prime itself for no zero', () => {
    const rows = curves.flatMap((row) => {
      const y = aboveZero(row)
      return y === undefined ? [] : [{ row, y }]
    })
    expect(rows.map(({ row }) => row.id)).to.include(CURVE.nistP256)
    for (const { row, y } of rows) {
      expect(isOnCurve(row, { x: wide(0n, row), y: wide(y, row) })).to.equal(true)
      expect(isOnCurve(row, { x: wide(row.prime, row), y: wide(y, row) })).to.equal(false)
    }
  })
})

describe('the table of curves', () => {
  it('is asked for what it has', () => {
    for (const row of curves) {
      expect(curve(row.id)).to.equal(row)
      expect(isOnCurve(row, basePoint(row))).to.equal(true)
    }
    for (const id of [0, 0x1f]) expect(() => curve(id)).to.throw(TypeError, `0x${id.toString(16)} is no curve`)
  })
})

describe('drawScalar (FIPS 186-5, A.2.1)', () => {
  const row = curve(CURVE.nistP256)
  const drawn = (value: bigint) => {
    const sizes: number[] = []
    const scalar = drawScalar(row, (size) => {
      sizes.push(size)
      return bigIntToBytes(value, size)
    })
    expect(sizes).to.deep.equal([32 + 8])
    return toHex(scalar)
  }
  const hex = (value: bigint) => toHex(bigIntToBytes(value, 32))
  it('lies above zero and below the order, whatever is drawn', () => {
    expect(drawn(0n)).to.equal(hex(1n))
    expect(drawn(row.order - 2n)).to.equal(hex(row.order - 1n))
    expect(drawn(row.order - 1n)).to.equal(hex(1n))
    expect(drawn(row.order)).to.equal(hex(2n))
  })
  it('leaves nothing of what was drawn', () => {
    const bytes = new Uint8Array(40).fill(7)
    drawScalar(row, () => bytes)
    expect([...bytes]).to.deep.equal(Array(40).fill(0))
  })
})
