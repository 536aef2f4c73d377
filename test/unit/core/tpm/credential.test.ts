import { expect } from 'chai'
import { createECDH, randomBytes } from 'node:crypto'
import { WireError } from '../../../../core/bytes/index.ts'
import {
  akTemplate,
  CodecError,
  ekTemplates,
  makeCredential,
  nameOf,
  openCredential,
  RC,
  sealCredential,
  sealOuter,
  type EccPublic,
} from '../../../../core/tpm/index.ts'
import { openSecret, rsaStorageKey } from '../../../fakes/storage-key.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

function eccEk(): EccPublic {
  const template = ekTemplates.find((row) => row.kind === 'ecc-p256')!.template as EccPublic
  const point = new Uint8Array(createECDH('prime256v1').generateKeys())
  return { ...template, unique: { x: point.slice(1, 33), y: point.slice(33) } }
}

const ek = eccEk()
const name = nameOf(akTemplate)
const seed = new Uint8Array(32).fill(3)
const secret = new Uint8Array(32).fill(7)

describe('a credential', () => {
  it('opens for the Name and the seed it was made for', () => {
    expect(openCredential(ek, seed, name, sealCredential(ek, seed, name, secret))).to.deep.equal(secret)
  })

  const sealed = sealCredential(ek, seed, name, secret)
  const altered = sealed.slice()
  altered[40] = (altered[40] ?? 0) ^ 1
  for (const { what, given } of [
    { what: 'another Name', given: [seed, nameOf(ek), sealed] as const },
    { what: 'another seed', given: [new Uint8Array(32), name, sealed] as const },
    { what: 'an altered blob', given: [seed, name, altered] as const },
  ]) {
    it(`does not open for ${what}`, () => {
      expect(() => openCredential(ek, ...given))
        .to.throw(CodecError)
        .with.property('rc', RC.integrity)
    })
  }
  it('does not open when it is cut off', () => {
    for (let size = 0; size < sealed.length; size++) {
      expect(() => openCredential(ek, seed, name, sealed.subarray(0, size)), String(size)).to.throw(Error)
    }
  })
  it('is made for storage keys only', () => {
    expect(() => makeCredential({ ek: akTemplate, name, secret, random })).to.throw()
  })
  it('is one TPM2B_DIGEST, with nothing behind it', () => {
    const longer = sealOuter({ newParent: ek, seed, name }, Uint8Array.of(0, 1, 7, 9, 9))
    expect(() => openCredential(ek, seed, name, longer)).to.throw(WireError, 'encIdentity: 2 bytes left over')
  })
  it('is shared as an IDENTITY, so that what opens it could open nothing else', () => {
    const { publicArea } = rsaStorageKey()
    const made = makeCredential({ ek: publicArea, name, secret, random })
    const shared = openSecret(made.secret, 'IDENTITY\0')
    expect(openCredential(publicArea, shared, name, made.credentialBlob)).to.deep.equal(secret)
  })
  it('leaves no copy of its seed where it was drawn', () => {
    const drawn: Uint8Array[] = []
    const kept = (size: number) => {
      const bytes = random(size)
      drawn.push(bytes)
      return bytes
    }
    makeCredential({ ek: rsaStorageKey().publicArea, name, secret, random: kept })
    expect(drawn.map((bytes) => [...bytes])).to.deep.equal([Array(32).fill(0)])
  })
  it('travels as a whole TPM2B content, new each time', () => {
    const [first, second] = [0, 1].map(() => makeCredential({ ek, name, secret, random }))
    expect(first!.credentialBlob).to.have.length(2 + 32 + 2 + 32)
    expect(first!.secret).to.have.length(2 + 32 + 2 + 32)
    expect(first).to.not.deep.equal(second)
  })
})
