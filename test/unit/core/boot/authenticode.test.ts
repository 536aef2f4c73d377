import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { WireError } from '../../../../core/bytes/index.ts'
import { authenticodeParts } from '../../../../core/boot/authenticode.ts'
import { parsePeImage, sectionContent } from '../../../../core/boot/pe-image.ts'
import { peField, peImage } from './pe-builder.ts'

function digest(image: Uint8Array): string {
  const hash = createHash('sha256')
  for (const part of authenticodeParts(parsePeImage(image))) hash.update(part)
  return hash.digest('hex')
}

const sections = [
  { name: '.text', content: 'code' },
  { name: '.bss', content: '', virtualSize: 4096 },
  { name: '.data', content: 'data' },
]
const plain = peImage({ sections })

function altered(image: Uint8Array, offset: number, value: number): Uint8Array {
  const bytes = image.slice()
  new DataView(bytes.buffer).setUint32(offset, value, true)
  return bytes
}

describe('the Authenticode digest', () => {
  it('covers all bytes but the checksum and the directory’s certificate entry', () => {
    const certificateEntry = peField.magic + 108 + 4 + 8 * 4
    for (let at = 0; at < plain.length; at++) {
      const bytes = plain.slice()
      bytes[at]! ^= 1
      const isLeftOut =
        (at >= peField.checksum && at < peField.checksum + 4) || (at >= certificateEntry && at < certificateEntry + 8)
      let after: string
      try {
        after = digest(bytes)
      } catch (error) {
        if (error instanceof WireError) continue
        throw error
      }
      expect(after === digest(plain), `byte ${at}`).to.equal(isLeftOut)
    }
  })

  it('is the same before and after signing', () => {
    const certificates = new Uint8Array(1000).fill(7)
    expect(digest(peImage({ sections, certificates, checksum: 0x1234 }))).to.equal(digest(plain))
  })

  it('covers what stands between the sections and the certificates', () => {
    const trailing = Uint8Array.of(1, 2, 3)
    const certificates = new Uint8Array(8)
    expect(digest(peImage({ sections, trailing, certificates }))).to.equal(digest(peImage({ sections, trailing })))
    expect(digest(peImage({ sections, trailing }))).not.to.equal(digest(plain))
  })

  it('does not depend on the order of the section table’s rows', () => {
    const image = parsePeImage(plain)
    const reversed = { ...image, sections: image.sections.toReversed() }
    expect(authenticodeParts(reversed)).to.deep.equal(authenticodeParts(image))
  })

  it('covers a 32-bit image and one whose directory has no certificate entry', () => {
    for (const given of [{ magic: 0x10b as const }, { directories: 4 }]) {
      const bytes = peImage({ sections, ...given })
      const whole = createHash('sha256')
        .update(bytes.subarray(0, peField.checksum))
        .update(bytes.subarray(peField.checksum + 4))
      if ('directories' in given) expect(digest(bytes)).to.equal(whole.digest('hex'))
      else expect(digest(bytes)).not.to.equal(digest(plain))
    }
  })
})

describe('parsePeImage', () => {
  const rows = peField.magic + 108 + 4 + 8 * 16
  const refused = [
    { name: 'no bytes', given: new Uint8Array() },
    { name: 'no DOS header', given: altered(plain, 0, 0) },
    { name: 'a PE header outside the file', given: altered(plain, peField.peOffset, 0xffffffff) },
    { name: 'no PE signature', given: altered(plain, peField.signature, 0) },
    { name: 'more sections than the header has room for', given: altered(plain, peField.sections, 60) },
    { name: 'more sections than any loader takes', given: altered(plain, peField.sections, 0xffff) },
    { name: 'an unknown optional header', given: altered(plain, peField.magic, 0x107) },
    { name: 'headers longer than the file', given: altered(plain, peField.headersSize, plain.length + 1) },
    { name: 'headers shorter than their section table', given: altered(plain, peField.headersSize, 64) },
    { name: 'a data directory longer than its header', given: altered(plain, peField.magic + 108, 17) },
    { name: 'a section outside the file', given: altered(plain, rows + 20, plain.length) },
    { name: 'certificates that do not end the file', given: altered(plain, peField.magic + 108 + 4 + 36, 8) },
  ]
  for (const { name, given } of refused) {
    it(`refuses ${name}`, () => {
      expect(() => parsePeImage(given)).to.throw(WireError)
    })
  }

  it('refuses sections that overlap so far that they exceed the file', () => {
    const twice = altered(plain, rows + 80 + 20, 512)
    const grown = altered(twice, rows + 80 + 16, 1024)
    expect(() => authenticodeParts(parsePeImage(grown))).to.throw(WireError, 'overlap')
  })

  it('refuses or reads whatever the bytes', () => {
    const mutation = fc.tuple(fc.nat(0x200), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 6 }), fc.nat(plain.length), (mutations, size) => {
        const bytes = plain.slice()
        for (const [at, byte] of mutations) bytes[at] = byte
        try {
          digest(bytes.subarray(0, size))
        } catch (error) {
          if (!(error instanceof WireError)) throw error
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('sectionContent', () => {
  it('has zeros behind what the file holds, as memory has', () => {
    const image = parsePeImage(peImage({ sections: [{ name: '.data', content: 'ab', virtualSize: 600 }] }))
    const content = sectionContent(image, image.sections[0]!)
    expect(content.length).to.equal(600)
    expect(new TextDecoder().decode(content.subarray(0, 3))).to.equal('ab\0')
  })

  it('ends where the section ends in memory', () => {
    const image = parsePeImage(peImage({ sections: [{ name: '.data', content: 'abc' }] }))
    expect(new TextDecoder().decode(sectionContent(image, image.sections[0]!))).to.equal('abc')
  })

  it('refuses a section larger than the file before it makes room for it', () => {
    const image = parsePeImage(peImage({ sections: [{ name: '.data', content: 'a', virtualSize: 0xffffffff }] }))
    expect(() => sectionContent(image, image.sections[0]!)).to.throw(WireError)
  })
})
