import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { fromHex, WireError } from '../../../../core/bytes/index.ts'
import { boundPolicy, decodeTpmBoundKeys, encodeTpmBoundKeys, limitTerms } from '../../../../core/evidence/index.ts'
import type { TpmBoundKeys } from '../../../../core/evidence/index.ts'
import { ALG, CC, EO } from '../../../../core/tpm/index.ts'
import { said, verifiedBoot } from '../../../fakes/written-boot.ts'

const sha256 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}
const u16 = (value: number) => Uint8Array.of(value >> 8, value & 0xff)
const u32 = (value: number) => Uint8Array.of(0, 0, value >> 8, value & 0xff)

describe('limits of bound keys', () => {
  it('are the boot, and the last millisecond where there is one', () => {
    expect(limitTerms({ resetCount: 7, lastClock: undefined })).to.deep.equal([
      { operandB: fromHex('00000007'), offset: 16, operation: EO.eq },
    ])
    expect(limitTerms({ resetCount: 7, lastClock: 0x0102n })).to.deep.equal([
      { operandB: fromHex('00000007'), offset: 16, operation: EO.eq },
      { operandB: fromHex('0000000000000102'), offset: 8, operation: EO.unsignedLe },
    ])
  })
})

describe('boundPolicy', () => {
  const asked = [
    { hash: ALG.sha256, pcrs: [0, 7] },
    { hash: ALG.sha384, pcrs: [4] },
  ]
  const { pcrs } = verifiedBoot([said(0, 'firmware'), said(4, 'image'), said(7, 'authority')], asked)
  const value = (hash: number, pcr: number) => pcrs.banks.get(hash)!.get(pcr)!

  it('is PolicyPCR of the quoted values, then PolicyCounterTimer of each limit (Part 3, 23.7 and 23.10)', () => {
    const selection = fromHex('00000002' + '000b03810000' + '000c03100000')
    const values = sha256(value(ALG.sha256, 0), value(ALG.sha256, 7), value(ALG.sha384, 4))
    const inState = sha256(new Uint8Array(32), u32(CC.PolicyPCR), selection, values)
    const term = (operandB: string, offset: number, operation: number) =>
      sha256(fromHex(operandB), u16(offset), u16(operation))
    const inBoot = sha256(inState, u32(CC.PolicyCounterTimer), term('00000009', 16, EO.eq))
    expect(boundPolicy(asked, pcrs, { resetCount: 9, lastClock: undefined })).to.deep.equal(inBoot)
    const inTime = sha256(inBoot, u32(CC.PolicyCounterTimer), term('0000000000000064', 8, EO.unsignedLe))
    expect(boundPolicy(asked, pcrs, { resetCount: 9, lastClock: 100n })).to.deep.equal(inTime)
  })
})

describe('TpmBoundKeys', () => {
  const keys: TpmBoundKeys = {
    resetCount: 3,
    lastClock: 4000n,
    parentName: new Uint8Array(34).fill(1),
    blob: {
      objectPublic: new Uint8Array(90).fill(2),
      duplicate: new Uint8Array(100).fill(3),
      inSymSeed: new Uint8Array(256).fill(4),
    },
    nonce: new Uint8Array(12).fill(5),
    ciphertext: new Uint8Array(48).fill(6),
  }
  const whole = encodeTpmBoundKeys(keys)

  it('are read as they were written, with a last millisecond and without', () => {
    for (const lastClock of [4000n, undefined, 0n, 0xffff_ffff_ffff_ffffn])
      expect(decodeTpmBoundKeys(encodeTpmBoundKeys({ ...keys, lastClock }))).to.deep.equal({ ...keys, lastClock })
  })
  it('are refused cut off, grown, and of another form', () => {
    for (let size = 0; size < whole.length; size++)
      expect(() => decodeTpmBoundKeys(whole.subarray(0, size)), String(size)).to.throw(WireError, /^TpmBoundKeys/)
    expect(() => decodeTpmBoundKeys(Uint8Array.of(...whole, 0))).to.throw(WireError, /left over/)
    expect(() => decodeTpmBoundKeys(whole.map((byte, at) => (at === 4 ? 2 : byte)))).to.throw(WireError, /magic/)
  })
  const tooLong: readonly (readonly [field: string, keys: TpmBoundKeys])[] = [
    ['parentName', { ...keys, parentName: new Uint8Array(67) }],
    ['blob.objectPublic', { ...keys, blob: { ...keys.blob, objectPublic: new Uint8Array(513) } }],
    ['blob.duplicate', { ...keys, blob: { ...keys.blob, duplicate: new Uint8Array(513) } }],
    ['blob.inSymSeed', { ...keys, blob: { ...keys.blob, inSymSeed: new Uint8Array(1025) } }],
    ['nonce', { ...keys, nonce: new Uint8Array(13) }],
    ['ciphertext', { ...keys, ciphertext: new Uint8Array((1 << 16) + 1) }],
  ]
  for (const [field, bad] of tooLong)
    it(`are refused with a longer ${field} than there is`, () => {
      expect(() => encodeTpmBoundKeys(bad)).to.throw(WireError, new RegExp(`^TpmBoundKeys\\.${field}: `))
    })
  it('have one last millisecond at most', () => {
    const second = whole.slice()
    second[5 + 4 + 3] = 2
    expect(() => decodeTpmBoundKeys(second)).to.throw(WireError, /lastClock: at most 1/)
  })
})
