import { expect } from 'chai'
import { WireError } from '../../../../core/bytes/index.ts'
import {
  decodeReleasedKeys,
  decodeRekeyOrder,
  decodeStateKeys,
  encodeReleasedKeys,
  encodeRekeyOrder,
  encodeStateKeys,
} from '../../../../core/keys/index.ts'

const key = new Uint8Array(32).fill(5)
const uuid = new Uint8Array(16).fill(6)
const digest = new Uint8Array(32).fill(7)

interface Codec {
  readonly name: string
  readonly good: readonly { readonly bytes: Uint8Array; readonly value: unknown }[]
  readonly decode: (bytes: Uint8Array) => unknown
  readonly bad: readonly (() => unknown)[]
}

const stateKeys = [
  { generation: 1, key },
  { generation: 2, key: digest },
]
const released = [{ uuid, keyslotDigest: digest, key: Uint8Array.of(1) }]
const order = { generation: 3, key, joinToken: 'bljoin1.AAAA' }

const codecs: readonly Codec[] = [
  {
    name: 'state keys',
    good: [
      { bytes: encodeStateKeys(stateKeys), value: stateKeys },
      { bytes: encodeStateKeys(stateKeys.slice(1)), value: stateKeys.slice(1) },
    ],
    decode: decodeStateKeys,
    bad: [
      () => decodeStateKeys(Uint8Array.of(0)),
      () => decodeStateKeys(new Uint8Array(1 + 3 * 36).fill(3, 0, 1)),
      () => encodeStateKeys([]),
      () => encodeStateKeys([{ generation: 1, key: uuid }]),
    ],
  },
  {
    name: 'released keys',
    good: [
      { bytes: encodeReleasedKeys(released), value: released },
      { bytes: encodeReleasedKeys([]), value: [] },
    ],
    decode: decodeReleasedKeys,
    bad: [
      () => decodeReleasedKeys(Uint8Array.of(0xff, 0xff)),
      () => encodeReleasedKeys([{ uuid, keyslotDigest: digest, key: new Uint8Array(0) }]),
      () => encodeReleasedKeys([{ uuid, keyslotDigest: digest, key: new Uint8Array(513) }]),
      () => encodeReleasedKeys([{ uuid: digest, keyslotDigest: digest, key }]),
    ],
  },
  {
    name: 'rekey order',
    good: [{ bytes: encodeRekeyOrder(order), value: order }],
    decode: decodeRekeyOrder,
    bad: [
      () => decodeRekeyOrder(encodeRekeyOrder({ ...order, joinToken: 'two\nlines' })),
      () => encodeRekeyOrder({ ...order, joinToken: 'x'.repeat(1025) }),
    ],
  },
]

for (const { name, good, decode, bad } of codecs) {
  describe(`plaintext of ${name}`, () => {
    for (const { bytes, value } of good) {
      it(`reads the ${bytes.length} bytes it writes`, () => {
        expect(decode(bytes)).to.deep.equal(value)
      })
      it(`refuses every prefix of the ${bytes.length} bytes, and one byte more`, () => {
        for (let size = 0; size < bytes.length; size++) {
          expect(() => decode(bytes.subarray(0, size)), `${size} bytes`).to.throw(WireError)
        }
        expect(() => decode(Uint8Array.of(...bytes, 0))).to.throw(WireError)
      })
    }
    for (const [index, attempt] of bad.entries()) {
      it(`refuses bad row ${index}`, () => {
        expect(attempt).to.throw(WireError)
      })
    }
  })
}
