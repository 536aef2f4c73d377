import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { bigIntToBytes } from '../../../../../core/bytes/index.ts'
import {
  addPoints,
  basePoint,
  CURVE,
  type Curve,
  curves,
  drawScalar,
  isOnCurve,
  negatePoint,
  ScalarMultiplier,
} from '../../../../../core/tpm/index.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

describe('a point times a scalar', () => {
  for (const row of curves) {
    const { id, order, coordinateBytes } = row
    const name = Object.entries(CURVE).find(([, known]) => known === id)?.[0] ?? `${id}`
    const by = (scalar: bigint) => new ScalarMultiplier(id, bigIntToBytes(scalar, coordinateBytes))

    it(`${name}: the base point is on the curve, and is what one times it gives`, () => {
      expect(isOnCurve(row, basePoint(row))).to.equal(true)
      expect(by(1n).timesBase()).to.deep.equal(basePoint(row))
    })

    it(`${name}: at the ends of the range`, () => {
      for (const scalar of [1n, 2n, order - 1n])
        expect(by(scalar).times(basePoint(row))).to.deep.equal(by(scalar).timesBase())
      expect(by(order - 1n).timesBase()).to.deep.equal(negatePoint(row, basePoint(row)))
    })

    it(`${name}: a * (b * G) is b * (a * G), in both coordinates`, () => {
      for (let i = 0; i < 2; i += 1) {
        const [a, b] = [0, 1].map(() => new ScalarMultiplier(id, drawScalar(row, random))) as [
          ScalarMultiplier,
          ScalarMultiplier,
        ]
        const product = a.times(b.timesBase())
        expect(product).to.deep.equal(b.times(a.timesBase()))
        expect(a.xTimes(b.timesBase())).to.deep.equal(product.x)
      }
    })

    it(`${name}: sums of multiples are multiples of sums`, () => {
      const [two, three] = [by(2n).timesBase(), by(3n).timesBase()]
      expect(addPoints(row, two, three)).to.deep.equal(by(5n).timesBase())
      expect(addPoints(row, three, three)).to.deep.equal(by(6n).timesBase())
      expect(addPoints(row, three, negatePoint(row, three))).to.equal(undefined)
    })

    it(`${name}: refuses a point off the curve`, () => {
      const { x, y } = basePoint(row)
      const zero = new Uint8Array(0)
      for (const off of [{ x: y, y: x }, { x: zero, y: zero }, beyondTheField(row)]) {
        expect(isOnCurve(row, off)).to.equal(false)
        expect(() => by(5n).times(off)).to.throw()
      }
    })
  }
})

/** The base point with a coordinate that is right modulo the prime only. */
function beyondTheField(row: Curve): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const size = row.coordinateBytes + 1
  return { x: bigIntToBytes(row.baseX + row.prime, size), y: bigIntToBytes(row.baseY, size) }
}
