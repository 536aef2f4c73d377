import { expect } from 'chai'
import { createECDH, randomBytes } from 'node:crypto'
import { publicPointOf } from '../../../../../agent/vtpm/keys/derive-key.ts'
import { multiplyPoint } from '../../../../../agent/vtpm/keys/multiply-point.ts'
import { fromHex } from '../../../../../core/bytes/index.ts'
import { curves, leftPad } from '../../../../../core/tpm/index.ts'

describe('a point times a scalar', () => {
  for (const { id, jwk, node, coordinateBytes, order } of curves) {
    const bytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(2 * coordinateBytes, '0'))
    const base = publicPointOf(id, bytes(1n))

    it(`${jwk}: the base point, as OpenSSL multiplies it`, () => {
      for (const scalar of [1n, 2n, 3n, order - 2n, order - 1n])
        expect(multiplyPoint(id, bytes(scalar), base)).to.deep.equal(publicPointOf(id, bytes(scalar)))
    })

    it(`${jwk}: a * (b * G) is b * (a * G), in both coordinates`, () => {
      for (let i = 0; i < 8; i += 1) {
        const [a, b] = [createECDH(node), createECDH(node)]
        a.generateKeys()
        b.generateKeys()
        const [scalarA, scalarB] = [a, b].map((key) => leftPad(new Uint8Array(key.getPrivateKey()), coordinateBytes))
        if (scalarA === undefined || scalarB === undefined) throw new Error('no keys')
        const left = multiplyPoint(id, scalarA, publicPointOf(id, scalarB))
        expect(left).to.deep.equal(multiplyPoint(id, scalarB, publicPointOf(id, scalarA)))
      }
    })

    it(`${jwk}: refuses a point off the curve`, () => {
      const off = { x: base.x, y: new Uint8Array(randomBytes(coordinateBytes)).fill(0, 0, 1) }
      expect(() => multiplyPoint(id, bytes(5n), off)).to.throw()
    })
  }
})
