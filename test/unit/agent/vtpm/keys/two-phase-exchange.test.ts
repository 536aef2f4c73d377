import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { publicPointOf } from '../../../../../agent/vtpm/keys/derive-key.ts'
import { twoPhaseExchanges } from '../../../../../agent/vtpm/keys/two-phase-exchange.ts'
import { fromHex } from '../../../../../core/bytes/index.ts'
import { ALG, CURVE, curve, curves, drawScalar, negatePoint, ScalarMultiplier } from '../../../../../core/tpm/index.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const names = Object.entries({ ECDH: ALG.ecdh, ECMQV: ALG.ecmqv, SM2: ALG.sm2 })

describe('an exchange in two phases', () => {
  for (const row of curves) {
    const curveName = Object.entries(CURVE).find(([, id]) => id === row.id)?.[0] ?? ''
    for (const [name, scheme] of names) {
      it(`${curveName}: both sides of ${name} find the same points, and another key does not`, () => {
        const exchange = twoPhaseExchanges.get(scheme)
        const side = () => {
          const own = { fixed: drawScalar(row, random), ephemeral: drawScalar(row, random) }
          const [fixed, ephemeral] = [own.fixed, own.ephemeral].map((d) => new ScalarMultiplier(row.id, d).timesBase())
          if (fixed === undefined || ephemeral === undefined) throw new Error('no points')
          return { own, points: { fixed, ephemeral } }
        }
        const [a, b] = [side(), side()]
        const found = exchange?.(row, a.own, b.points)
        expect(found?.outZ1.x).to.have.length(row.coordinateBytes)
        expect(found).to.deep.equal(exchange?.(row, b.own, a.points))
        const stranger = { ...b.points, fixed: negatePoint(row, b.points.fixed) }
        expect(exchange?.(row, a.own, stranger)).not.to.deep.equal(found)
      })
    }
  }
  it('SM2: GB/T 32918.5, B.2', () => {
    const row = curve(CURVE.sm2P256)
    const a = {
      fixed: fromHex('81eb26e941bb5af16df116495f90695272ae2cd63d6c4ae1678418be48230029'),
      ephemeral: fromHex('d4de15474db74d06491c440d305e012400990f3e390c7e87153c12db2ea60bb3'),
    }
    const b = {
      fixed: fromHex('785129917d45a9ea5437a59356b82338eaadda6ceb199088f14ae10defa229b5'),
      ephemeral: fromHex('7e07124814b309489125eaed101113164ebf0f3458c5bd88335c1f9d596243d6'),
    }
    const points = { fixed: publicPointOf(row.id, b.fixed), ephemeral: publicPointOf(row.id, b.ephemeral) }
    expect(twoPhaseExchanges.get(ALG.sm2)?.(row, a, points)?.outZ1).to.deep.equal({
      x: fromHex('c558b44bee5301d9f52b44d939bb59584d75b9034dd6a9fc826872109a65739f'),
      y: fromHex('3252b35b191d8ae01cd122c025204334c5eacf68a0cb4854c6a7d367ecad4de7'),
    })
  })
})
