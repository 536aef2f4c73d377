import { expect } from 'chai'
import { createHash, createHmac, randomUUID } from 'node:crypto'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import { ALG, kdfa, kdfe } from '../../../../core/tpm/index.ts'

const key = fromHex('0102030405060708')
const u = fromHex('aabb')
const v = fromHex('cc')

/** One block, written out from Part 1, 11.4.10.2. */
const block = (counter: string, label: string, bits: string): string =>
  createHmac('sha256', key)
    .update(fromHex(counter))
    .update(`${label}\0`)
    .update(u)
    .update(v)
    .update(fromHex(bits))
    .digest('hex')

describe('kdfa', () => {
  it('is HMAC over counter, label, contexts and size', () => {
    expect(toHex(kdfa(ALG.sha256, key, 'LABEL', u, v))).to.equal(block('00000001', 'LABEL', '00000100'))
  })
  it('goes on with the next counter, and cuts off what is too much', () => {
    const long = block('00000001', 'LABEL', '00000180') + block('00000002', 'LABEL', '00000180')
    expect(toHex(kdfa(ALG.sha256, key, 'LABEL', u, v, 384))).to.equal(long.slice(0, 96))
  })
  it('clears the upper bits of a partial first byte', () => {
    const [first] = kdfa(ALG.sha256, key, 'LABEL', u, v, 521)
    expect(kdfa(ALG.sha256, key, 'LABEL', u, v, 521)).to.have.length(66)
    expect(first).to.be.lessThan(2)
  })
  it('leaves a first byte alone that is whole, and keeps all bits but the upper ones of one that is not', () => {
    const of = (bits: string) => fromHex(block('00000001', 'LABEL', bits))
    expect(kdfa(ALG.sha256, key, 'LABEL', u, v, 16)).to.deep.equal(of('00000010').slice(0, 2))
    for (const [bits, mask] of [
      [9, 0x01],
      [12, 0x0f],
      [15, 0x7f],
    ] as const) {
      const [first, second] = of(bits.toString(16).padStart(8, '0'))
      expect([...kdfa(ALG.sha256, key, 'LABEL', u, v, bits)]).to.deep.equal([first! & mask, second])
    }
    expect(kdfa(ALG.sha256, key, 'LABEL', u, v, 0)).to.have.length(0)
  })
  it('takes a label as bytes, and ends it with a zero unless it ends in one', () => {
    const labelled = (label: string | Uint8Array) => toHex(kdfa(ALG.sha256, key, label, u, v))
    // Labels are kept: a new one is met for the first time
    const fresh = randomUUID()
    const expected = block('00000001', fresh, '00000100')
    const bytes = new TextEncoder().encode(fresh)
    for (const label of [bytes, Uint8Array.of(...bytes, 0), fresh]) expect(labelled(label)).to.equal(expected)
    expect(labelled(fresh), 'again').to.equal(expected)
    expect(labelled('OTHER')).to.equal(block('00000001', 'OTHER', '00000100'))
    expect(labelled(new Uint8Array(0))).to.equal(block('00000001', '', '00000100'))
  })
  it('counts and sizes in four bytes', () => {
    const bits = 0x01_02_08
    const hex = '00010208'
    const [whole, at] = [kdfa(ALG.sha256, key, 'LABEL', u, v, bits), 0x101 * 32 - 32]
    expect(whole).to.have.length(bits / 8)
    expect(toHex(whole.subarray(at, at + 32))).to.equal(block('00000101', 'LABEL', hex))
  })
  it('gives other bytes for another label, context, size or hash', () => {
    const all = [
      kdfa(ALG.sha256, key, 'LABEL', u, v),
      kdfa(ALG.sha256, key, 'LABEM', u, v),
      kdfa(ALG.sha256, key, 'LABEL', v, u),
      kdfa(ALG.sha256, key, 'LABEL', u, v, 264),
      kdfa(ALG.sha384, key, 'LABEL', u, v, 256),
    ].map((bytes) => toHex(bytes.subarray(0, 16)))
    expect(new Set(all).size).to.equal(all.length)
  })
})

describe('kdfe', () => {
  it('is a hash over counter, secret, use and parties', () => {
    const expected = createHash('sha256')
      .update(fromHex('00000001'))
      .update(key)
      .update('USE\0')
      .update(u)
      .update(v)
      .digest('hex')
    expect(toHex(kdfe(ALG.sha256, key, 'USE', u, v))).to.equal(expected)
  })
  it('goes on with the next counter', () => {
    expect(kdfe(ALG.sha256, key, 'USE', u, v, 384)).to.have.length(48)
    expect(toHex(kdfe(ALG.sha256, key, 'USE', u, v, 384)).slice(0, 64)).to.equal(
      toHex(kdfe(ALG.sha256, key, 'USE', u, v)),
    )
  })
})
