import { expect } from 'chai'
import { ECDH } from 'node:crypto'
import { bigIntToBytes, bytesToBigInt } from '../../core/bytes/index.ts'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  Commit,
  curve,
  type Curve,
  CURVE,
  curves,
  digest,
  EC_Ephemeral,
  isOnCurve,
  type Parameters,
  RC,
  ScalarMultiplier,
  Shutdown,
  Startup,
  SU,
  type TpmClient,
  type TPMS_ECC_POINT,
  ZGen_2Phase,
} from '../../core/tpm/index.ts'
import { eccKey, eccKeyOf, type ExternalKey, hmacKey, type LoadableKey, rsaKey, withExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const noPoint: TPMS_ECC_POINT = { x: empty, y: empty }
const none = { scheme: ALG.null } as const
const decrypting = ['userWithAuth', 'noDA', 'decrypt'] as const
const ecdaa = { scheme: ALG.ecdaa, hashAlg: ALG.sha256, count: 0 } as const
/** How many commitments libtpms keeps. */
const window = 128
const point = (curveID: number, scalar: number): TPMS_ECC_POINT =>
  new ScalarMultiplier(curveID, Uint8Array.of(scalar)).timesBase()
const p256 = point(CURVE.nistP256, 5)
const offCurve = { x: p256.x, y: p256.x }

/** What libtpms exchanges by; elsewhere it goes into failure mode, as it does for MQV everywhere. */
const exchangesOn = ({ bits }: Curve): readonly number[] => (bits > 384 ? [ALG.ecdh] : [ALG.ecdh, ALG.sm2])

type ExchangeParameters = Partial<Parameters<typeof ZGen_2Phase>>

/** Part 3, 14.7, 19.2 and 19.3: commitments, ephemeral keys, and what uses them up. */
export function twoPhaseExchange(start: StartBench): void {
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
    // Commitments are random.
    bench.exact(false)
  })

  const withKey = <T>(key: LoadableKey, work: (key: Authorized) => Promise<T>): Promise<T> =>
    withExternal(client, key, work)
  const ephemeral = (curveID: number = CURVE.nistP256) => client.run(EC_Ephemeral, {}, { curveID })
  const exchange = (keyA: Authorized, change: ExchangeParameters = {}) =>
    client.run(ZGen_2Phase, { keyA }, { inQsB: p256, inQeB: p256, inScheme: ALG.ecdh, counter: 0, ...change })
  const commit = (signHandle: Authorized, P1 = noPoint, s2 = empty, y2 = empty) =>
    client.run(Commit, { signHandle }, { P1, s2, y2 })

  for (const row of curves) {
    const { id } = row
    it(`curve 0x${id.toString(16)}: an ephemeral key is used up by its exchange`, async () => {
      const key = eccKeyOf(id, none, decrypting)
      for (const inScheme of exchangesOn(row))
        await withKey(key, async (keyA) => {
          const { counter } = await ephemeral(id)
          const points = { inQsB: point(id, 5), inQeB: point(id, 9), inScheme, counter }
          const { outZ1, outZ2 } = await exchange(keyA, points)
          expect(outZ2.x.length).to.equal(inScheme === ALG.ecdh ? outZ1.x.length : 0)
          expect(await codeOf(exchange(keyA, points))).to.equal(atParameter(RC.value, 3))
        })
    })

    it(`curve 0x${id.toString(16)}: commits to the points it is given`, async () => {
      await withKey(eccKeyOf(id, ecdaa), async (key) => {
        const P1 = point(id, 5)
        const { s2, y2 } = hashedPoint(id)
        const sizes = async (P1 = noPoint, first = empty, second = empty) => {
          const { K, L, E } = await commit(key, P1, first, second)
          return [K, L, E].map(({ x }) => x.length > 0)
        }
        expect(await sizes()).to.deep.equal([false, false, true])
        expect(await sizes(P1)).to.deep.equal([false, false, true])
        expect(await sizes(noPoint, s2, y2)).to.deep.equal([true, true, false])
        expect(await sizes(P1, s2, y2)).to.deep.equal([true, true, true])
      })
    })
  }

  it('forgets all but the newest commitments', async () => {
    await withKey(eccKey(none, decrypting), async (keyA) => {
      for (const later of [window - 1, window]) {
        const { counter } = await ephemeral()
        for (let i = 0; i < later; i += 1) await ephemeral()
        expect(await codeOf(exchange(keyA, { counter }))).to.equal(
          later < window ? RC.success : atParameter(RC.value, 3),
        )
      }
    })
  })

  const agreements: readonly (readonly [number, number, number])[] = [
    [ALG.null, ALG.null, atParameter(RC.scheme, 2)],
    [ALG.null, ALG.ecdsa, atParameter(RC.scheme, 2)],
    [ALG.ecdh, ALG.null, atParameter(RC.scheme, 2)],
    [ALG.ecdh, ALG.ecdh, RC.success],
    [ALG.ecdh, ALG.sm2, atParameter(RC.scheme, 2)],
    [ALG.sm2, ALG.sm2, RC.success],
    [ALG.sm2, ALG.ecdh, atParameter(RC.scheme, 2)],
    [ALG.ecmqv, ALG.ecdh, atParameter(RC.scheme, 2)],
  ]
  for (const [own, inScheme, expected] of agreements) {
    it(`scheme 0x${inScheme.toString(16)} by a key of scheme 0x${own.toString(16)}`, async () => {
      const scheme = own === ALG.null ? none : { scheme: own as typeof ALG.ecdh, hashAlg: ALG.sha256 }
      await withKey(eccKey(scheme, decrypting), async (keyA) => {
        const { counter } = await ephemeral()
        expect(await codeOf(exchange(keyA, { inScheme, counter }))).to.equal(expected)
      })
    })
  }

  const exchanges: readonly (readonly [string, ExternalKey, ExchangeParameters, number])[] = [
    ['an RSA key', rsaKey(none, decrypting), {}, atHandle(RC.key, 0)],
    ['a key that does not decrypt', eccKey(), {}, atHandle(RC.attributes, 0)],
    ['a fixed point off the curve', eccKey(none, decrypting), { inQsB: offCurve }, atParameter(RC.eccPoint, 0)],
    ['an ephemeral point off the curve', eccKey(none, decrypting), { inQeB: offCurve }, atParameter(RC.eccPoint, 1)],
    ['no point', eccKey(none, decrypting), { inQsB: noPoint }, atParameter(RC.eccPoint, 0)],
    ['a counter that stands for none', eccKey(none, decrypting), { counter: 40_000 }, atParameter(RC.value, 3)],
  ]
  for (const [name, key, change, expected] of exchanges) {
    it(`refuses to exchange with ${name}`, async () => {
      await withKey(key, async (keyA) => {
        expect(await codeOf(exchange(keyA, change))).to.equal(expected)
      })
    })
  }

  const { s2, y2 } = hashedPoint(CURVE.nistP256)
  const commitments: readonly (readonly [string, ExternalKey, TPMS_ECC_POINT, Uint8Array, Uint8Array, number])[] = [
    ['an RSA key', rsaKey(), noPoint, empty, empty, atHandle(RC.key, 0)],
    ['an HMAC key', hmacKey(empty), noPoint, empty, empty, atHandle(RC.key, 0)],
    ['a key of no scheme', eccKey(), noPoint, empty, empty, atHandle(RC.scheme, 0)],
    ['a point off the curve', eccKey(ecdaa), offCurve, empty, empty, atParameter(RC.eccPoint, 0)],
    ['half a point', eccKey(ecdaa), { x: p256.x, y: empty }, empty, empty, atParameter(RC.eccPoint, 0)],
    ['s2 without y2', eccKey(ecdaa), noPoint, s2, empty, atParameter(RC.size, 2)],
    ['y2 without s2', eccKey(ecdaa), noPoint, empty, y2, atParameter(RC.size, 2)],
    ['a y2 that s2 does not have', eccKey(ecdaa), offCurve, s2, p256.y, atParameter(RC.eccPoint, 1)],
  ]
  for (const [name, key, P1, first, second, expected] of commitments) {
    it(`refuses to commit with ${name}`, async () => {
      await withKey(key, async (signHandle) => {
        expect(await codeOf(commit(signHandle, P1, first, second))).to.equal(expected)
      })
    })
  }

  it('keeps commitments over a Shutdown(STATE), not over a reset', async () => {
    for (const type of [SU.state, SU.clear] as const) {
      const { counter } = await ephemeral()
      await client.run(Shutdown, {}, { shutdownType: type })
      await bench.powerCycle()
      await client.run(Startup, {}, { startupType: SU.clear })
      await withKey(eccKey(none, decrypting), async (keyA) => {
        const code = await codeOf(exchange(keyA, { counter }))
        expect(code).to.equal(type === SU.state ? RC.success : atParameter(RC.value, 3))
      })
    }
    expect((await ephemeral()).counter).to.equal(0)
  })
}

/** Something that hashes to the x coordinate of a point of the curve, and the y coordinate of that point. */
function hashedPoint(curveID: number): { readonly s2: Uint8Array; readonly y2: Uint8Array } {
  const row = curve(curveID)
  for (let tried = 0; tried < 256; tried += 1) {
    const s2 = Uint8Array.of(tried)
    const x = bytesToBigInt(digest(ALG.sha256, s2)) % row.prime
    const y2 = yOf(row, x)
    if (y2 !== undefined) return { s2, y2 }
  }
  throw new Error('no point')
}

/** OpenSSL takes the root on the curves it knows; the others have a prime that is 3 modulo 4, where it is a power. */
function yOf(row: Curve, x: bigint): Uint8Array | undefined {
  const coordinate = bigIntToBytes(x, row.coordinateBytes)
  if (row.node === undefined) {
    const y = power((x * x + row.a) * x + row.b, (row.prime + 1n) / 4n, row.prime)
    const found = { x: coordinate, y: bigIntToBytes(y, row.coordinateBytes) }
    return isOnCurve(row, found) ? found.y : undefined
  }
  try {
    const compressed = Uint8Array.of(2, ...coordinate)
    const whole = ECDH.convertKey(compressed, row.node, undefined, undefined, 'uncompressed') as Buffer
    return new Uint8Array(whole.subarray(1 + row.coordinateBytes))
  } catch {
    // no point has this x
    return undefined
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus]
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
