import { expect } from 'chai'
import { WireError } from '../../../../core/bytes/index.ts'
import { asQemuLoads, type QemuStart } from '../../../../core/boot/qemu-kernel.ts'
import { bzImage } from './pe-builder.ts'

function loaded(start: QemuStart, image = bzImage): DataView {
  const kernel = asQemuLoads(image, start)
  return new DataView(kernel.buffer, kernel.byteOffset, kernel.byteLength)
}
function altered(offset: number, bytes: readonly number[]): Uint8Array {
  const image = bzImage.slice()
  image.set(bytes, offset)
  return image
}
const MiB = 2 ** 20

describe('asQemuLoads', () => {
  it('changes the fields of the setup header that QEMU fills in, and no other byte', () => {
    const kernel = asQemuLoads(bzImage, { memoryMiB: 512, initrdBytes: 1_028_322 })
    const changed = [...kernel.keys()].filter((at) => kernel[at] !== bzImage[at])
    expect(changed.every((at) => at >= 0x210 && at < 0x22c)).to.equal(true)
    expect(kernel).to.have.length(bzImage.length)

    const header = new DataView(kernel.buffer)
    expect(header.getUint8(0x210)).to.equal(0xb0)
    expect(header.getUint8(0x211)).to.equal(0x81)
    expect(header.getUint16(0x224, true)).to.equal(0xfe00)
    expect(header.getUint32(0x228, true)).to.equal(0x20000)
    expect(header.getUint32(0x21c, true)).to.equal(1_028_322)
  })

  it('puts the initrd on the highest page below the tables for ACPI', () => {
    const address = (memoryMiB: number, initrdBytes: number): number =>
      loaded({ memoryMiB, initrdBytes }).getUint32(0x218, true)
    expect(address(512, 1_028_322)).to.equal(512 * MiB - 0x28000 - 252 * 4096)
    expect(address(1024, 1_028_322)).to.equal(1024 * MiB - 0x28000 - 252 * 4096)
    expect(address(512, 4096)).to.equal(512 * MiB - 0x28000 - 2 * 4096)
    expect(address(4096, 4096)).to.equal(2048 * MiB - 0x28000 - 2 * 4096)
  })

  it('keeps to the highest address that an older kernel takes', () => {
    const image = altered(0x236, [0])
    image.set([0xff, 0xff, 0xff, 0x07], 0x22c)
    expect(loaded({ memoryMiB: 512, initrdBytes: 4096 }, image).getUint32(0x218, true)).to.equal(0x7ffe000)
  })

  it('leaves the initrd’s fields alone without an initrd', () => {
    const header = loaded({ memoryMiB: 512, initrdBytes: undefined })
    expect(header.getUint32(0x218, true)).to.equal(0)
    expect(header.getUint32(0x21c, true)).to.equal(0)
  })

  const refused = [
    { name: 'what is too short for a setup header', given: bzImage.slice(0, 0x230) },
    { name: 'what has none', given: altered(0x202, [0]) },
    { name: 'a boot protocol before 2.12', given: altered(0x206, [0x0b, 0x02]) },
    { name: 'a kernel that is loaded low', given: altered(0x211, [0]) },
  ]
  for (const { name, given } of refused) {
    it(`refuses ${name}`, () => {
      expect(() => asQemuLoads(given, { memoryMiB: 512, initrdBytes: undefined })).to.throw(WireError)
    })
  }

  it('refuses an initrd that does not fit into the memory', () => {
    expect(() => asQemuLoads(bzImage, { memoryMiB: 64, initrdBytes: 64 * MiB })).to.throw(WireError, 'does not fit')
  })
})
