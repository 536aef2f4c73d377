import { expect } from 'chai'
import { createECDH } from 'node:crypto'
import { concat } from '../../core/bytes/index.ts'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  CURVE,
  type Curve,
  curves,
  ECC_Parameters,
  ECDH_KeyGen,
  ECDH_ZGen,
  RC,
  type TpmClient,
  type TPMS_ECC_POINT,
} from '../../core/tpm/index.ts'
import { eccKey, eccKeyOf, type ExternalKey, type LoadableKey, rsaKey, withExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const decrypting = ['userWithAuth', 'noDA', 'decrypt'] as const
const none = { scheme: ALG.null } as const
const key = eccKey(none, decrypting)
const nameOfCurve = ({ id }: Curve): string => Object.entries(CURVE).find(([, known]) => known === id)?.[0] ?? `${id}`

/** A point of a curve, from its private scalar. */
function pointOf(node: string, size: number, scalar: Uint8Array): TPMS_ECC_POINT {
  const ecdh = createECDH(node)
  ecdh.setPrivateKey(scalar)
  const point = new Uint8Array(ecdh.getPublicKey())
  return { x: point.slice(1, 1 + size), y: point.slice(1 + size) }
}

/** Part 3, 14.4 to 14.6: Diffie-Hellman on the curves. */
export function keyExchange(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  beforeEach(() => {
    bench.exact(true)
  })

  const withKey = <T>(key: LoadableKey, work: (key: Authorized) => Promise<T>): Promise<T> =>
    withExternal(client, key, work)
  const keyGen = ({ handle, name }: Authorized) => client.run(ECDH_KeyGen, { keyHandle: { handle, name } }, {})
  const zGen = (keyHandle: Authorized, inPoint: TPMS_ECC_POINT) => client.run(ECDH_ZGen, { keyHandle }, { inPoint })

  for (const row of curves) {
    const { id, node, coordinateBytes: size } = row
    const name = nameOfCurve(row)

    it(`${name}: the parameters of the curve`, async () => {
      const { parameters } = await client.run(ECC_Parameters, {}, { curveID: id })
      expect(parameters.p.length).to.equal(size)
    })

    it(`${name}: both ends of an exchange find one point`, async () => {
      await withKey(eccKeyOf(id, none, decrypting), async (keyHandle) => {
        bench.exact(false)
        const { zPoint, pubPoint } = await keyGen(keyHandle)
        bench.exact(true)
        expect((await zGen(keyHandle, pubPoint)).outPoint).to.deep.equal(zPoint)
      })
    })

    if (node === undefined) continue
    it(`${name}: a point times a key is what OpenSSL says`, async () => {
      const external = eccKeyOf(id, none, decrypting)
      await withKey(external, async (keyHandle) => {
        for (const last of [1, 2, 3, 200]) {
          const scalar = new Uint8Array(size)
          scalar[size - 1] = last
          const inPoint = pointOf(node, size, scalar)
          const { outPoint } = await zGen(keyHandle, inPoint)
          const ecdh = createECDH(node)
          ecdh.setPrivateKey(external.sensitive.sensitive)
          const x = new Uint8Array(ecdh.computeSecret(concat(Uint8Array.of(4), inPoint.x, inPoint.y)))
          expect(outPoint.x).to.deep.equal(x)
        }
      })
    })
  }

  it('takes a key with the scheme ECDH', async () => {
    const external = eccKey({ scheme: ALG.ecdh, hashAlg: ALG.sha256 }, decrypting)
    const { x, y } = key.publicArea.unique as TPMS_ECC_POINT
    await withKey(external, (keyHandle) => zGen(keyHandle, { x, y }))
  })

  it('makes an ephemeral key for any ECC key', async () => {
    bench.exact(false)
    await withKey(eccKey(), keyGen)
  })

  it('refuses a curve that is none', async () => {
    expect(await codeOf(client.run(ECC_Parameters, {}, { curveID: 0x1234 }))).to.equal(atParameter(RC.curve, 0))
  })

  const base = pointOf(
    'prime256v1',
    32,
    Uint8Array.from({ length: 32 }, (_, i) => Number(i === 31)),
  )
  const refusals: readonly (readonly [string, ExternalKey, TPMS_ECC_POINT, number])[] = [
    ['an RSA key', rsaKey(none, decrypting), base, atHandle(RC.key, 0)],
    ['a key that does not decrypt', eccKey(), base, atHandle(RC.attributes, 0)],
    ['a point off the curve', key, { x: base.x, y: base.x }, atParameter(RC.eccPoint, 0)],
    ['the point zero', key, { x: new Uint8Array(32), y: new Uint8Array(32) }, atParameter(RC.eccPoint, 0)],
    ['an empty point', key, { x: new Uint8Array(0), y: new Uint8Array(0) }, atParameter(RC.eccPoint, 0)],
    [
      'a point of another curve',
      key,
      pointOf('secp384r1', 48, new Uint8Array(48).fill(1)),
      atParameter(RC.eccPoint, 0),
    ],
  ]
  for (const [name, external, point, expected] of refusals) {
    it(`refuses ${name}`, async () => {
      await withKey(external, async (keyHandle) => {
        expect(await codeOf(zGen(keyHandle, point))).to.equal(expected)
      })
    })
  }

  it('refuses to make an ephemeral key for an RSA key', async () => {
    await withKey(rsaKey(none, decrypting), async (keyHandle) => {
      expect(await codeOf(keyGen(keyHandle))).to.equal(atHandle(RC.key, 0))
    })
  })
}
