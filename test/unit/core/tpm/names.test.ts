import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import {
  akTemplate,
  ALG,
  encode,
  handleName,
  nameOf,
  nvNameOf,
  qualifiedNameOf,
  TPMA_NV,
  TPMT_PUBLIC,
  type TPMT_PUBLIC as PublicArea,
} from '../../../../core/tpm/index.ts'

const hashed = (hash: string, ...parts: readonly Uint8Array[]) => {
  const made = createHash(hash)
  for (const part of parts) made.update(part)
  return made.digest('hex')
}

describe('a Name (Part 1, 16)', () => {
  it('of an object is its nameAlg and the digest of its public area', () => {
    expect(toHex(nameOf(akTemplate))).to.equal(`000b${hashed('sha256', encode(TPMT_PUBLIC, akTemplate))}`)
    const other: PublicArea = { ...akTemplate, nameAlg: ALG.sha384 }
    expect(toHex(nameOf(other))).to.equal(`000c${hashed('sha384', encode(TPMT_PUBLIC, other))}`)
  })
  it('of an object without a nameAlg is empty', () => {
    expect(nameOf({ ...akTemplate, nameAlg: ALG.null })).to.deep.equal(new Uint8Array(0))
  })
  it('is computed once for each public area', () => {
    const area = { ...akTemplate }
    expect(nameOf(area)).to.equal(nameOf(area))
    expect(nameOf({ ...area })).to.not.equal(nameOf(area))
  })
  it('of an NV index is its nameAlg and the digest of what it was defined as', () => {
    const attributes = TPMA_NV.of('ownerRead')
    const area = { nvIndex: 0x01c00002, nameAlg: ALG.sha256, attributes, authPolicy: new Uint8Array(0), dataSize: 10 }
    const wire = fromHex('01c00002' + '000b' + '00020000' + '0000' + '000a')
    expect(toHex(nvNameOf(area))).to.equal(`000b${hashed('sha256', wire)}`)
  })
  it('of a handle is the handle', () => {
    for (const [handle, name] of [
      [0, '00000000'],
      [7, '00000007'],
      [0x01020304, '01020304'],
      [0x4000000b, '4000000b'],
      [0xfffefdfc, 'fffefdfc'],
    ] as const)
      expect(toHex(handleName(handle))).to.equal(name)
  })
})

describe('a Qualified Name (Part 1, 26.7)', () => {
  const [parent, name] = [fromHex('40000001'), fromHex('000b11')]
  it('is nameAlg and the digest of the parent’s and the own', () => {
    expect(toHex(qualifiedNameOf(ALG.sha256, parent, name))).to.equal(`000b${hashed('sha256', parent, name)}`)
    expect(toHex(qualifiedNameOf(ALG.sha1, parent, name))).to.equal(`0004${hashed('sha1', parent, name)}`)
  })
  it('is empty without a nameAlg', () => {
    expect(qualifiedNameOf(ALG.null, parent, name)).to.deep.equal(new Uint8Array(0))
  })
})
