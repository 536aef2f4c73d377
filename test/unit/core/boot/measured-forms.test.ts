import { expect } from 'chai'
import { WireError } from '../../../../core/bytes/index.ts'
import { measuredForms, sectionOf } from '../../../../core/boot/index.ts'
import { authenticodeParts } from '../../../../core/boot/authenticode.ts'
import { parsePeImage } from '../../../../core/boot/pe-image.ts'
import { peImage } from './pe-builder.ts'

const image = peImage({
  sections: [
    { name: '.text', content: 'code' },
    { name: '.cmdline', content: 'quiet', virtualSize: 5 },
  ],
  certificates: new Uint8Array(8),
})

describe('the ways in which a file is measured', () => {
  it('is one for what is no image: as it is', () => {
    for (const bytes of [new Uint8Array(), Uint8Array.of(0x4d), new TextEncoder().encode('initrd')])
      expect(measuredForms(bytes)).to.deep.equal([[bytes]])
  })

  it('are two for an image: as it is, and without its signatures', () => {
    expect(measuredForms(image)).to.deep.equal([[image], authenticodeParts(parsePeImage(image))])
  })

  it('refuses an image that is cut off', () => {
    expect(() => measuredForms(image.subarray(0, 200))).to.throw(WireError)
  })

  it('knows a section as it lies in memory', () => {
    expect(new TextDecoder().decode(sectionOf(image, '.cmdline'))).to.equal('quiet')
  })

  for (const [name, bytes, says] of [
    ['a section that is not there', image, /\.linux.*does not stand in the image/],
    ['a file that is no image', new TextEncoder().encode('initrd'), /./],
    [
      'a section that stands twice',
      peImage({ sections: [1, 2].map(() => ({ name: '.linux', content: 'x' })) }),
      /\.linux.*stands twice/,
    ],
  ] as const)
    it(`refuses ${name}`, () => {
      expect(() => sectionOf(bytes, '.linux')).to.throw(WireError, says)
    })
})
