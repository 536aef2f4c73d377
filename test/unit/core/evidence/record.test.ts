import { expect } from 'chai'
import { fromHex, toHex, WireError } from '../../../../core/bytes/index.ts'
import { bytes, fixed, group, list, record, text, u32, unixMs, type Field } from '../../../../core/evidence/record.ts'

const codec = <T>(field: Field<T>) => record<{ readonly field: T }>('Form', 'BLxx', 1, group({ field }))
const head = toHex(Uint8Array.of(...new TextEncoder().encode('BLxx'), 1))

interface Row<T> {
  readonly name: string
  readonly field: Field<T>
  readonly good: readonly (readonly [value: T, hex: string])[]
  readonly badValues: readonly (readonly [value: T, message: string])[]
  readonly badHex: readonly (readonly [hex: string, message: string])[]
}

/** Each limit from both sides: the last that is taken, the first that is not. */
const rows: readonly Row<never>[] = [
  {
    name: 'fixed',
    field: fixed(2),
    good: [[fromHex('aabb'), 'aabb']],
    badValues: [
      [fromHex('aa'), 'Form.field: must be 2 bytes, not 1'],
      [fromHex('aabbcc'), 'Form.field: must be 2 bytes, not 3'],
    ],
    badHex: [['aa', 'Form.field']],
  },
  {
    name: 'bytes',
    field: bytes(2),
    good: [
      [fromHex(''), '00000000'],
      [fromHex('aabb'), '00000002aabb'],
    ],
    badValues: [[fromHex('aabbcc'), 'Form.field: at most 2 bytes, not 3']],
    badHex: [['00000003aabbcc', 'Form.field: at most 2 bytes, not 3']],
  },
  {
    name: 'text',
    field: text(3, /^[a-zé]*$/),
    good: [
      ['abc', '00000003616263'],
      ['é', '00000002c3a9'],
    ],
    badValues: [
      ['A', 'Form.field: not of the required form'],
      ['abcd', 'Form.field: at most 3 bytes, not 4'],
      ['éé', 'Form.field: at most 3 bytes, not 4'],
    ],
    badHex: [
      ['0000000141', 'Form.field: not of the required form'],
      ['00000001ff', 'Form.field: not UTF-8'],
      ['00000003efbbbf', 'Form.field: not of the required form'],
    ],
  },
  {
    name: 'u32',
    field: u32,
    good: [
      [0, '00000000'],
      [0xffffffff, 'ffffffff'],
    ],
    badValues: [
      [-1, 'Form.field: must fit in 32 bits'],
      [0x1_0000_0000, 'Form.field: must fit in 32 bits'],
      [0.5, 'Form.field: must fit in 32 bits'],
      [NaN, 'Form.field: must fit in 32 bits'],
    ],
    badHex: [['000000', 'Form.field']],
  },
  {
    name: 'unixMs',
    field: unixMs,
    good: [
      [0, '0000000000000000'],
      [Number.MAX_SAFE_INTEGER, '001fffffffffffff'],
    ],
    badValues: [
      [-1, 'Form.field: no time in whole milliseconds'],
      [0.5, 'Form.field: no time in whole milliseconds'],
      [Number.MAX_SAFE_INTEGER + 1, 'Form.field: no time in whole milliseconds'],
    ],
    badHex: [['0020000000000000', 'Form.field: beyond all dates']],
  },
  {
    name: 'list',
    field: list(fixed(1), 2),
    good: [
      [[], '00000000'],
      [[fromHex('aa'), fromHex('bb')], '00000002aabb'],
    ],
    badValues: [
      [[fromHex('aa'), fromHex('bb'), fromHex('cc')], 'Form.field: at most 2 items, not 3'],
      [[fromHex('aa'), fromHex('')], 'Form.field.1: must be 1 bytes, not 0'],
    ],
    badHex: [
      ['00000003aabbcc', 'Form.field: at most 2 items, not 3'],
      ['00000002aa', 'Form.field.1'],
    ],
  },
] as unknown as readonly Row<never>[]

describe('record', () => {
  for (const { name, field, good, badValues, badHex } of rows) {
    const { encode, decode } = codec(field)
    it(`writes and reads ${name} to its limits`, () => {
      for (const [value, hex] of good) {
        expect(toHex(encode({ field: value }))).to.equal(head + hex)
        expect(decode(fromHex(head + hex))).to.deep.equal({ field: value })
      }
    })
    it(`refuses ${name} beyond them, naming the field`, () => {
      for (const [value, message] of badValues) expect(() => encode({ field: value })).to.throw(WireError, message)
      for (const [hex, message] of badHex) expect(() => decode(fromHex(head + hex))).to.throw(WireError, message)
    })
  }

  const { encode, decode } = codec(u32)
  it('refuses another magic or version, naming it, and what is left over', () => {
    const good = encode({ field: 1 })
    for (let at = 0; at < 5; at++)
      expect(() => decode(good.map((byte, i) => (i === at ? byte ^ 0x80 : byte)))).to.throw(
        WireError,
        'Form.magic: other magic or version',
      )
    expect(() => decode(Uint8Array.of(...good, 0))).to.throw(WireError, /left over/)
  })

  it('lets through what is our mistake, and the cause of what is not', () => {
    const broken: Field<number> = {
      read: () => {
        throw new TypeError('ours')
      },
      write: () => {
        throw new WireError('theirs', ['deep'], { cause: 'why' })
      },
    }
    const form = codec(broken)
    expect(() => form.decode(encode({ field: 1 }))).to.throw(TypeError, 'ours')
    expect(() => form.encode({ field: 1 }))
      .to.throw(WireError, 'Form.field.deep: theirs')
      .with.property('cause', 'why')
  })

  it('says why a text is none', () => {
    expect(() => codec(text(3, /./)).decode(fromHex(`${head}00000001ff`)))
      .to.throw(WireError)
      .with.property('cause')
      .that.is.instanceOf(TypeError)
  })
})
