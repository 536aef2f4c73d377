import { expect } from 'chai'
import { fromHex, toHex, WireError } from '../../../../core/bytes/index.ts'
import {
  bits,
  buffer,
  choice,
  CodecError,
  decode,
  encode,
  fixed,
  i32,
  list,
  octets,
  oneOf,
  orEmpty,
  RC,
  sized,
  struct,
  u16,
  u32,
  u64,
  u8,
  where,
  type Codec,
} from '../../../../core/tpm/index.ts'
import { laws } from '../../../laws.ts'

const kind = oneOf('KIND', u16, [1, 2], RC.type)
const flags = bits('FLAGS', u8, { first: 0, third: 2, field: [4, 6] })
const tail = choice('TAIL', {
  head: { magic: u8 },
  tag: ['kind', kind],
  body: { size: u8 },
  cases: { 1: { small: u8 }, 2: { large: u32, more: u8 } },
})
const outer = struct('OUTER', { items: list('ITEMS', sized('ITEM', tail), 2) })

/** The error that a refused form raises. */
function refused(step: () => unknown): CodecError {
  try {
    step()
  } catch (error) {
    if (error instanceof CodecError) return error
    throw error
  }
  throw new Error('was not refused')
}

describe('codec', () => {
  laws(u8, { good: [[7, '07']] })
  laws(u16, { good: [[0x0102, '0102']] })
  laws(u32, { good: [[0xfffffffe, 'fffffffe']] })
  laws(u64, { good: [[0xffffffffffffffffn, 'ffffffffffffffff']] })
  laws(kind, { good: [[2, '0002']], badBytes: ['0000', '0003', 'ffff'] })
  laws(flags, {
    good: [
      [{ first: true, third: false, field: 0 }, '01'],
      [{ first: false, third: true, field: 7 }, '74'],
    ],
    badBytes: ['02', '80'],
  })
  laws(fixed('FIXED', 2), { good: [[Uint8Array.of(1, 2), '0102']], badBytes: ['010203'] })
  laws(buffer('BUFFER', 3), {
    good: [
      [Uint8Array.of(), '0000'],
      [Uint8Array.of(1, 2, 3), '0003010203'],
    ],
    badBytes: ['000401020304', '0001', '00010203'],
  })
  laws(tail, {
    good: [
      [{ magic: 9, kind: 1, size: 3, small: 5 }, '0900010305'],
      [{ magic: 9, kind: 2, size: 3, large: 5, more: 6 }, '090002030000000506'],
    ],
    badBytes: ['0900030305'],
  })
  laws(sized('SIZED', tail), {
    good: [[{ magic: 9, kind: 1, size: 3, small: 5 }, '00050900010305']],
    badBytes: ['0000', '00040900010305', '00060900010305', '0006090001030500'],
  })
  laws(orEmpty(sized('SIZED', u16)), {
    good: [
      [undefined, '0000'],
      [5, '00020005'],
    ],
    badBytes: ['00010005'],
  })
  laws(list('LIST', u16, 2, 1), {
    good: [[[1, 2], '0000000200010002']],
    badBytes: ['00000000', '00000003000100020003', 'ffffffff'],
  })

  it('names the field that is wrong, and its response code', () => {
    const error = refused(() => decode(outer, fromHex('00000002' + '00050900010305' + '00050900030305')))
    expect(error.path).to.deep.equal(['items', 1, 'kind'])
    expect(error.rc).to.equal(RC.type)
    expect(error.message).to.equal('items.1.kind: KIND has no value 0x3')
  })

  for (const { name, bytes, rc } of [
    { name: 'a value of no table', bytes: '00000001' + '00050900030305', rc: RC.type },
    { name: 'too many items', bytes: '00000003', rc: RC.size },
    { name: 'bytes that end early', bytes: '00000001' + '00050900', rc: RC.insufficient },
    { name: 'a size that is not used up', bytes: '00000001' + '000609000103050000', rc: RC.size },
  ]) {
    it(`gives the response code for ${name}`, () => {
      expect(refused(() => decode(outer, fromHex(bytes))).rc).to.equal(rc)
    })
  }

  const open = choice('OPEN', { tag: ['kind', u16], cases: { 1: {} } })
  for (const { name, codec, bytes, rc, says } of [
    { name: 'what is left over', codec: () => u8, bytes: '010203', rc: RC.size, says: 'UINT8: 2 bytes left over' },
    {
      name: 'a value of no table',
      codec: () => oneOf('ONE', u8, [1], RC.curve),
      bytes: '1f',
      rc: RC.curve,
      says: 'ONE has no value 0x1f',
    },
    {
      name: 'a value that fails the test',
      codec: () => where('EVEN', u8, (value) => value % 2 === 0, RC.value),
      bytes: '1f',
      rc: RC.value,
      says: 'EVEN has no value 0x1f',
    },
    {
      name: 'a bit without a name',
      codec: () => bits('BITS', u8, { first: 0 }),
      bytes: '03',
      rc: RC.reservedBits,
      says: 'BITS sets a reserved bit',
    },
    { name: 'a tag without a case', codec: () => open, bytes: '001f', rc: RC.selector, says: 'OPEN has no case 0x1f' },
    {
      name: 'too few octets',
      codec: () => octets('OCTETS', 2, 3, RC.hash),
      bytes: '0101',
      rc: RC.hash,
      says: 'OCTETS allows 2 to 3 bytes, got 1',
    },
    {
      name: 'too many octets',
      codec: () => octets('OCTETS', 2, 3, RC.hash),
      bytes: '0401020304',
      rc: RC.hash,
      says: 'OCTETS allows 2 to 3 bytes, got 4',
    },
    {
      name: 'too long a buffer, before anything of it is read',
      codec: () => buffer('BUFFER', 3),
      bytes: 'ffff',
      rc: RC.size,
      says: 'BUFFER allows 3 bytes, got 65535',
    },
    {
      name: 'an empty structure',
      codec: () => sized('SIZED', u16),
      bytes: '0000',
      rc: RC.size,
      says: 'SIZED is empty',
    },
    {
      name: 'a structure shorter than its size',
      codec: () => sized('SIZED', u8),
      bytes: '00020102',
      rc: RC.size,
      says: 'SIZED says 2 bytes and has 1',
    },
    {
      name: 'a structure longer than its size',
      codec: () => sized('SIZED', u16),
      bytes: '00010102',
      rc: RC.size,
      says: 'SIZED says 1 bytes and has 2',
    },
    {
      name: 'too long a list, before anything of it is read',
      codec: () => list('LIST', u8, 2, 1),
      bytes: 'ffffffff',
      rc: RC.size,
      says: 'LIST allows 1 to 2 items, got 4294967295',
    },
    {
      name: 'too short a list',
      codec: () => list('LIST', u8, 2, 1),
      bytes: '00000000',
      rc: RC.size,
      says: 'LIST allows 1 to 2 items, got 0',
    },
  ] as const)
    it(`says of ${name} why it is refused`, () => {
      const error = refused(() => decode<unknown>(codec(), fromHex(bytes)))
      expect(error).to.include({ name: 'CodecError', rc, reason: says })
    })

  it('leaves a mistake of ours what it is, however deep', () => {
    const mistake = new TypeError('ours')
    const broken: Codec<number> = {
      ...u8,
      read: () => {
        throw mistake
      },
    }
    const deep = struct('DEEP', { items: list('ITEMS', broken, 2) })
    expect(() => decode(deep, fromHex('0000000101'))).to.throw(mistake)
  })
  it('writes only what it would read', () => {
    const bytes = Uint8Array.of(1, 2)
    expect(() => encode(buffer('BUFFER', 1), bytes)).to.throw(TypeError, 'BUFFER allows 1 bytes, got 2')
    expect(() => encode(fixed('FIXED', 1), bytes)).to.throw(TypeError, 'FIXED is 1 bytes, not 2')
    expect(() => encode(fixed('FIXED', 3), bytes)).to.throw(TypeError, 'FIXED is 3 bytes, not 2')
    expect(() => encode(open, { kind: 2 as 1 })).to.throw(CodecError, 'OPEN has no case 0x2')
    expect(encode(buffer('BUFFER', 2), bytes)).to.deep.equal(Uint8Array.of(0, 2, 1, 2))
    expect(encode(fixed('FIXED', 2), bytes)).to.deep.equal(bytes)
  })
  it('takes lists and octets of the least and the most size', () => {
    const items = list('LIST', u8, 2, 1)
    for (const value of [[7], [7, 8]]) expect(decode(items, encode(items, value))).to.deep.equal(value)
    const some = octets('OCTETS', 1, 2, RC.size)
    for (const value of [[7], [7, 8]])
      expect(decode(some, encode(some, Uint8Array.from(value)))).to.deep.equal(Uint8Array.from(value))
    const two = fixed('FIXED', 2)
    expect(decode(struct('TWO', { two, more: u8 }), fromHex('010203'))).to.deep.equal({
      two: Uint8Array.of(1, 2),
      more: 3,
    })
  })
  it('sizes a structure by its own bytes, wherever it stands', () => {
    const nested = struct('NESTED', { before: u32, inside: sized('SIZED', u16), after: u8 })
    const value = { before: 1, inside: 2, after: 3 }
    expect(toHex(encode(nested, value))).to.equal('00000001' + '00020002' + '03')
    expect(decode(nested, encode(nested, value))).to.deep.equal(value)
  })
  it('reads a UINT32 with a sign', () => {
    for (const [value, wire] of [
      [-1, 'ffffffff'],
      [-(2 ** 31), '80000000'],
      [7, '00000007'],
    ] as const) {
      expect(decode(i32, fromHex(wire))).to.equal(value)
      expect(toHex(encode(i32, value))).to.equal(wire)
    }
  })
  it('makes the value of an attribute word once, for as many words as a TPM meets', () => {
    const many = bits('MANY', u8, { low: [0, 6] })
    const twice = (word: number) => [0, 1].map(() => decode(many, Uint8Array.of(word)))
    for (let word = 0; word < 64; word++) {
      const [first, second] = twice(word)
      expect(first).to.deep.equal({ low: word })
      expect(first, String(word)).to.equal(second)
    }
    const [first, second] = twice(64)
    expect(first).to.deep.equal({ low: 64 })
    expect(second).to.deep.equal(first)
    expect(second).to.not.equal(first)
  })
  it('reads one bit as a boolean and several as a number, and writes no more of them than there is room', () => {
    const made = bits('MADE', u8, { first: 0, field: [4, 6], last: 7 })
    expect(decode(made, fromHex('51'))).to.deep.equal({ first: true, field: 5, last: false })
    expect(toHex(encode(made, { first: false, field: 6, last: true }))).to.equal('e0')
    expect(toHex(encode(made, { first: false, field: 9, last: false }))).to.equal('10')
    expect(made.of('last')).to.deep.equal({ first: false, field: 0, last: true })
    expect(made.of()).to.deep.equal({ first: false, field: 0, last: false })
  })
  it('sets attributes by name', () => {
    expect(flags.of('third')).to.deep.equal({ first: false, third: true, field: 0 })
    expect(toHex(encode(flags, flags.of('first', 'third')))).to.equal('05')
  })
  it('lets a plain reader error be a WireError too', () => {
    expect(() => decode(u32, fromHex('01'))).to.throw(WireError)
  })
})

describe('the form of a codec', () => {
  const allows = (value: number) => value > 0
  const one = oneOf('ONE', u16, [1, 2], RC.type)
  const fields = [['item', u8]] as const
  for (const { name, codec, form, isSized } of [
    { name: 'UINT8', codec: () => u8, form: { kind: 'integer', bytes: 1 } },
    { name: 'UINT16', codec: () => u16, form: { kind: 'integer', bytes: 2 } },
    { name: 'UINT32', codec: () => u32, form: { kind: 'integer', bytes: 4 } },
    { name: 'INT32', codec: () => i32, form: { kind: 'integer', bytes: 4 } },
    { name: 'UINT64', codec: () => u64, form: { kind: 'integer', bytes: 8 } },
    {
      name: 'ONE',
      codec: () => oneOf('ONE', u16, [1, 2], RC.type),
      form: { kind: 'values', base: u16, values: [1, 2] },
    },
    {
      name: 'WHERE',
      codec: () => where('WHERE', u8, allows, RC.value),
      form: { kind: 'condition', base: u8, allows },
    },
    {
      name: 'BITS',
      codec: () => bits('BITS', u32, { first: 0, last: [28, 31] }),
      form: { kind: 'bits', base: u32, defined: 0xf0000001 },
    },
    { name: 'STRUCT', codec: () => struct('STRUCT', { item: u8 }), form: { kind: 'struct', fields } },
    {
      name: 'CHOICE',
      codec: () =>
        choice('CHOICE', { head: { a: u8 }, tag: ['tag', one], body: { b: u16 }, cases: { 1: { item: u8 } } }),
      form: {
        kind: 'choice',
        tag: 'tag',
        before: [
          ['a', u8],
          ['tag', one],
          ['b', u16],
        ],
        cases: new Map([[1, fields]]),
      },
    },
    { name: 'FIXED', codec: () => fixed('FIXED', 3), form: { kind: 'octets', sizeBytes: 0, min: 3, max: 3 } },
    {
      name: 'OCTETS',
      codec: () => octets('OCTETS', 1, 3, RC.size),
      form: { kind: 'octets', sizeBytes: 1, min: 1, max: 3 },
    },
    {
      name: 'BUFFER',
      codec: () => buffer('BUFFER', 3),
      form: { kind: 'octets', sizeBytes: 2, min: 0, max: 3 },
      isSized: true,
    },
    { name: 'SIZED', codec: () => sized('SIZED', u8), form: { kind: 'sized', inner: u8 }, isSized: true },
    { name: 'UINT8', codec: () => orEmpty(u8), form: { kind: 'orEmpty', inner: u8 }, isSized: true },
    { name: 'LIST', codec: () => list('LIST', u8, 3, 1), form: { kind: 'list', item: u8, min: 1, max: 3 } },
  ] as const)
    it(`tells what it is made of: ${form.kind} ${name}`, () => {
      const made: Codec<unknown> = codec()
      expect(made.name).to.equal(name)
      expect(made.form).to.deep.equal(form)
      expect(made.sized ?? false, 'whether sessions may encrypt it').to.equal(isSized ?? false)
    })
})
