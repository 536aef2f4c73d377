import { expect } from 'chai'
import fc from 'fast-check'
import { WireError } from '../../../../core/bytes/index.ts'
import {
  decodeBeginCore,
  decodeCompleteCore,
  decodeProveCore,
  decodeRequestCore,
  encodeBeginCore,
  encodeCompleteCore,
  encodeProveCore,
  encodeRequestCore,
} from '../../../../core/evidence/index.ts'

interface Form {
  readonly name: string
  readonly good: Uint8Array
  readonly rewrite: (bytes: Uint8Array) => Uint8Array
}
const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size })
const text = fc.string({ unit: fc.constantFrom(...Array.from('abz.-_09')), maxLength: 20 })
const sample = <T>(values: fc.Arbitrary<T>): T => fc.sample(values, { seed: 1, numRuns: 1 })[0]!

const pcrs = fc
  .uniqueArray(fc.tuple(fc.nat({ max: 23 }), bytes(32)), { selector: ([pcr]) => pcr, maxLength: 24 })
  .map((values) => new Map([[0x000b, new Map(values)]]))

const values = {
  BeginCore: fc.record({ token: text, machineKeySpki: bytes(91), oneTimePublicKey: bytes(65), hostName: text }),
  ProveCore: fc.record({
    enrolmentId: bytes(16),
    ekPublics: fc.array(bytes(90), { maxLength: 3 }),
    akPublic: bytes(80),
  }),
  CompleteCore: fc.record({ enrolmentId: bytes(16), proof: bytes(32), firstBootTokenHash: bytes(32) }),
  RequestCore: fc.record({
    stateGeneration: fc.nat(),
    pcrs,
    eventLog: fc.uint8Array({ maxLength: 50 }),
    userspaceLog: fc.uint8Array({ maxLength: 50 }),
    volumes: fc.array(fc.record({ uuid: bytes(16), keyslotDigest: bytes(32) }), { maxLength: 3 }),
  }),
} as const

const forms: readonly Form[] = [
  {
    name: 'BeginCore',
    good: encodeBeginCore(sample(values.BeginCore)),
    rewrite: (b) => encodeBeginCore(decodeBeginCore(b)),
  },
  {
    name: 'ProveCore',
    good: encodeProveCore(sample(values.ProveCore)),
    rewrite: (b) => encodeProveCore(decodeProveCore(b)),
  },
  {
    name: 'CompleteCore',
    good: encodeCompleteCore(sample(values.CompleteCore)),
    rewrite: (b) => encodeCompleteCore(decodeCompleteCore(b)),
  },
  {
    name: 'RequestCore',
    good: encodeRequestCore(sample(values.RequestCore)),
    rewrite: (b) => encodeRequestCore(decodeRequestCore(b)),
  },
]

/** One value, one encoding: bytes are refused, naming the form, or written back the same. */
function expectRefusedOrSame({ name, rewrite }: Form, untrusted: Uint8Array): void {
  let written: Uint8Array
  try {
    written = rewrite(untrusted)
  } catch (error) {
    expect(error).to.be.instanceOf(WireError)
    expect((error as WireError).path[0]).to.equal(name)
    return
  }
  expect(written).to.deep.equal(untrusted)
}

describe('cores', () => {
  it('are read as they were written', () => {
    const expectSame = <T>(arbitrary: fc.Arbitrary<T>, rewrite: (value: T) => unknown) => {
      fc.assert(
        fc.property(arbitrary, (value) => {
          expect(rewrite(value)).to.deep.equal(value)
        }),
      )
    }
    expectSame(values.BeginCore, (value) => decodeBeginCore(encodeBeginCore(value)))
    expectSame(values.ProveCore, (value) => decodeProveCore(encodeProveCore(value)))
    expectSame(values.CompleteCore, (value) => decodeCompleteCore(encodeCompleteCore(value)))
    expectSame(values.RequestCore, (value) => decodeRequestCore(encodeRequestCore(value)))
  })

  for (const form of forms) {
    describe(form.name, () => {
      it('refuses every prefix and anything behind it', () => {
        for (let size = 0; size < form.good.length; size++)
          expect(() => form.rewrite(form.good.subarray(0, size)), String(size)).to.throw(WireError)
        expect(() => form.rewrite(Uint8Array.of(...form.good, 0))).to.throw(WireError, /left over/)
      })
      it('refuses another magic or version', () => {
        for (const at of [0, 1, 2, 3, 4])
          expect(() => form.rewrite(form.good.map((byte, i) => (i === at ? byte ^ 1 : byte)))).to.throw(
            WireError,
            /magic/,
          )
      })
      it('refuses altered bytes or reads another value in its one encoding', () => {
        fc.assert(
          fc.property(fc.nat({ max: form.good.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
            expectRefusedOrSame(
              form,
              form.good.map((byte, i) => (i === at ? byte ^ flip : byte)),
            )
          }),
        )
      })
      it('refuses or rewrites any bytes behind its magic', () => {
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => {
            expectRefusedOrSame(form, Uint8Array.of(...form.good.subarray(0, 5), ...rest))
          }),
        )
      })
    })
  }

  it('refuse sizes beyond the limits before anything of that size is read', () => {
    const head = (magic: string) => [...new TextEncoder().encode(magic), 1]
    const huge = [0xff, 0xff, 0xff, 0xff]
    expect(() => decodeBeginCore(Uint8Array.of(...head('BLjb'), ...huge))).to.throw(WireError, /token: at most/)
    expect(() => decodeProveCore(Uint8Array.of(...head('BLjp'), ...new Uint8Array(16), ...huge))).to.throw(
      WireError,
      /ekPublics: at most/,
    )
    expect(() => decodeRequestCore(Uint8Array.of(...head('BLrc'), 0, 0, 0, 1, 0xff, 0xff))).to.throw(
      WireError,
      /pcrs: at most/,
    )
  })

  it('refuse PCRs that are repeated, out of order or not there', () => {
    const withPcrs = (...indices: readonly number[]) =>
      Uint8Array.of(
        ...new TextEncoder().encode('BLrc'),
        ...[1, 0, 0, 0, 1, 0, 1, 0, 0x0b, 0, indices.length],
        ...indices.flatMap((pcr) => [0, pcr, 0, 1, 0xaa]),
        ...new Uint8Array(12),
      )
    expect(decodeRequestCore(withPcrs(3, 4)).pcrs.get(0x0b)?.size).to.equal(2)
    for (const bad of [[4, 3], [3, 3], [24]])
      expect(() => decodeRequestCore(withPcrs(...bad))).to.throw(WireError, /pcrs/)
  })

  it('refuses to write what it would not read', () => {
    const good = sample(values.RequestCore)
    expect(() => encodeRequestCore({ ...good, stateGeneration: -1 })).to.throw(WireError, /stateGeneration/)
    expect(() => encodeRequestCore({ ...good, pcrs: new Map([[11, new Map([[24, new Uint8Array(32)]])]]) })).to.throw(
      WireError,
      /pcrs/,
    )
    expect(() =>
      encodeRequestCore({ ...good, volumes: [{ uuid: new Uint8Array(15), keyslotDigest: new Uint8Array(32) }] }),
    ).to.throw(WireError, /volumes\.0\.uuid/)
  })
})
