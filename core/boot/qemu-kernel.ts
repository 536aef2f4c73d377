import { WireError } from '../bytes/index.ts'

/** Fields of the x86 boot protocol's setup header (Documentation/arch/x86/boot.rst of Linux). */
const field = {
  magic: 0x202,
  version: 0x206,
  typeOfLoader: 0x210,
  loadFlags: 0x211,
  ramdiskImage: 0x218,
  ramdiskSize: 0x21c,
  heapEndPtr: 0x224,
  commandLinePtr: 0x228,
  initrdAddrMax: 0x22c,
  xloadFlags: 0x236,
  end: 0x238,
} as const

const headerMagic = 0x5372_6448
/** Boot protocol 2.12, Linux 3.8: the first with xloadflags. */
const oldestVersion = 0x020c
const loadedHigh = 0x01
const canUseHeap = 0x80
const canBeLoadedAbove4GiB = 0x02

/** What QEMU writes of itself and of the places it chooses (hw/i386/x86.c, x86_load_linux). */
const qemuLoader = 0xb0
const realModeAddress = 0x10000
const commandLineAddress = 0x20000
/** Memory below 4 GiB that QEMU keeps for ACPI tables. */
const acpiBytes = 0x28000
const pageBytes = 4096
/** From this much memory on, the q35 machine puts only 2 GiB below 4 GiB. */
const q35SplitsFromBytes = 0xb000_0000
const q35LowBytes = 0x8000_0000

/** How `qemu -kernel` is called. */
export interface QemuStart {
  readonly memoryMiB: number
  readonly initrdBytes: number | undefined
}

/**
 * The kernel as OVMF gets it from `qemu -machine q35 -kernel`: QEMU fills in the setup header first, so the digest in PCR 4 is not the file's and
 * depends on the memory and on the initrd's size.
 * @throws WireError if the image is no x86 kernel of boot protocol 2.12 or later.
 */
export function asQemuLoads(image: Uint8Array, { memoryMiB, initrdBytes }: QemuStart): Uint8Array {
  if (image.length < field.end) throw new WireError('no kernel', ['setupHeader'])
  const kernel = image.slice()
  const header = new DataView(kernel.buffer, kernel.byteOffset, kernel.byteLength)
  if (header.getUint32(field.magic, true) !== headerMagic) throw new WireError('no kernel', ['setupHeader', 'header'])
  if (header.getUint16(field.version, true) < oldestVersion) throw new WireError('too old', ['setupHeader', 'version'])
  const flags = header.getUint8(field.loadFlags)
  if ((flags & loadedHigh) === 0) throw new WireError('not loaded high', ['setupHeader', 'loadflags'])

  header.setUint32(field.commandLinePtr, commandLineAddress, true)
  header.setUint8(field.typeOfLoader, qemuLoader)
  header.setUint8(field.loadFlags, flags | canUseHeap)
  header.setUint16(field.heapEndPtr, commandLineAddress - realModeAddress - 0x200, true)
  if (initrdBytes !== undefined) {
    const last = Math.min(highestInitrdAddress(header), lowBytes(memoryMiB) - acpiBytes - 1)
    if (initrdBytes > last) throw new WireError('does not fit into the memory', ['initrd'])
    header.setUint32(field.ramdiskImage, last - initrdBytes - ((last - initrdBytes) % pageBytes), true)
    header.setUint32(field.ramdiskSize, initrdBytes, true)
  }
  return kernel
}

function highestInitrdAddress(header: DataView): number {
  const above4GiB = (header.getUint16(field.xloadFlags, true) & canBeLoadedAbove4GiB) !== 0
  return above4GiB ? 0xffff_ffff : header.getUint32(field.initrdAddrMax, true)
}

function lowBytes(memoryMiB: number): number {
  const bytes = memoryMiB * 2 ** 20
  return bytes >= q35SplitsFromBytes ? q35LowBytes : bytes
}
