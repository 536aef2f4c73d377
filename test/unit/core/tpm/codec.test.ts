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
  list,
  oneOf,
  orEmpty,
  RC,
  sized,
  struct,
  u16,
  u32,
  u64,
  u8,
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

  it('says what is left over', () => {
    expect(refused(() => decode(u8, fromHex('0102'))).rc).to.equal(RC.size)
  })
  it('writes only what it would read', () => {
    expect(() => encode(buffer('BUFFER', 1), Uint8Array.of(1, 2))).to.throw(TypeError)
    expect(() => encode(fixed('FIXED', 1), Uint8Array.of(1, 2))).to.throw(TypeError)
  })
  it('sets attributes by name', () => {
    expect(flags.of('third')).to.deep.equal({ first: false, third: true, field: 0 })
    expect(toHex(encode(flags, flags.of('first', 'third')))).to.equal('05')
  })
  it('lets a plain reader error be a WireError too', () => {
    expect(() => decode(u32, fromHex('01'))).to.throw(WireError)
  })
})
