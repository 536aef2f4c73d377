import { expect } from 'chai'
import { createHash, createHmac } from 'node:crypto'
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
