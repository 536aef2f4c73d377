import { expect } from 'chai'
import fc from 'fast-check'
import {
  concat,
  equalInConstantTime,
  fromHex,
  Reader,
  toHex,
  trimEnd,
  WireError,
  Writer,
} from '../../../../core/bytes/index.ts'

describe('hex', () => {
  it('writes back what it read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(fromHex(toHex(bytes))).to.deep.equal(bytes)
      }),
    )
  })
  for (const bad of ['a', '0g', '0x00', ' 00', '00\n', '0０']) {
    it(`refuses ${JSON.stringify(bad)}`, () => expect(() => fromHex(bad)).to.throw(WireError))
  }
})

describe('Reader', () => {
  it('reads back what Writer wrote, in either byte order', () => {
    for (const littleEndian of [false, true]) {
      const wire = new Writer()
        .u8(0x12)
        .u16(0x3456, littleEndian)
        .u32(0x89abcdef, littleEndian)
        .u64(0xfedcba9876543210n, littleEndian)
        .bytes(Uint8Array.of(1, 2))
        .done()
      const from = new Reader(wire)
      expect([from.u8(), from.u16(littleEndian), from.u32(littleEndian), from.u64(littleEndian)]).to.deep.equal([
        0x12,
        0x3456,
        0x89abcdef,
        0xfedcba9876543210n,
      ])
      expect(from.bytes(2)).to.deep.equal(Uint8Array.of(1, 2))
      from.end()
    }
  })
  it('never reads past the end', () => {
    const reads: readonly ((from: Reader) => unknown)[] = [
      (r) => r.u8(),
      (r) => r.u16(),
      (r) => r.u32(),
      (r) => r.u64(),
      (r) => r.bytes(1),
      (r) => r.view(1),
    ]
    for (const read of reads) expect(() => read(new Reader(new Uint8Array(0)))).to.throw(WireError, /needs/)
  })
  it('allocates nothing for a length that is not there', () => {
    for (const size of [100, 2 ** 32 - 1, 2 ** 53, Number(0xffff_ffff_ffff_ffffn)])
      expect(() => new Reader(new Uint8Array(8)).bytes(size)).to.throw(WireError, /needs/)
  })
  it('refuses a size below zero, and stays where it is', () => {
    const from = new Reader(Uint8Array.of(1, 2, 3))
    from.skip(2)
    for (const size of [-1, -3, -(2 ** 32)])
      for (const read of ['bytes', 'view', 'skip'] as const)
        expect(() => {
          from[read](size)
        }, `${read} ${size}`).to.throw(WireError, /needs/)
    expect(from.offset).to.equal(2)
  })
  it('stays inside a view of a larger buffer', () => {
    const from = new Reader(Uint8Array.of(9, 1, 2, 9).subarray(1, 3))
    expect(from.bytes(2)).to.deep.equal(Uint8Array.of(1, 2))
    expect(() => from.u8()).to.throw(WireError)
  })
  it('insists on the end', () => {
    expect(() => {
      new Reader(Uint8Array.of(0)).end()
    }).to.throw(WireError, '1 bytes left over')
  })
  it('gives copies that do not change with the input', () => {
    const input = Uint8Array.of(1)
    const copy = new Reader(input).bytes(1)
    input[0] = 2
    expect(copy[0]).to.equal(1)
  })
})

describe('Writer', () => {
  it('grows, and forgets what it held once it is done', () => {
    const to = new Writer()
    const parts = Array.from({ length: 40 }, (_, i) => new Uint8Array(33).fill(i))
    for (const part of parts) to.bytes(part)
    expect(to.done()).to.deep.equal(concat(...parts))
    expect(to.done()).to.have.length(0)
  })
  it('writes a size afterwards', () => {
    const to = new Writer().u16(0).u32(0).bytes(Uint8Array.of(5))
    to.patchU16(0, 0x0102)
    to.patchU32(2, 0x03040506)
    expect(toHex(to.done())).to.equal('01020304050605')
  })
})

describe('equalInConstantTime', () => {
  it('is equality', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }), (a, b) => {
        expect(equalInConstantTime(a, b)).to.equal(toHex(a) === toHex(b))
      }),
    )
  })
})

describe('trimEnd', () => {
  it('takes away what stands at the end, and nothing else', () => {
    for (const [text, characters, expected] of [
      ['', '\0', ''],
      ['\0\0', '\0', ''],
      ['a\0b\0\0', '\0', 'a\0b'],
      [' a \n\0 ', '\n\0 ', ' a'],
      ['a', '\0', 'a'],
      ['a.', '', 'a.'],
    ] as const)
      expect(trimEnd(text, characters)).to.equal(expected)
  })
})
