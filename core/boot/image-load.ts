import { Writer } from '../bytes/index.ts'
import { encodeUtf16, EV } from '../eventlog/index.ts'
import { authenticodeParts } from './authenticode.ts'
import { type BootEvent } from './boot-event.ts'
import { type PeImage } from './pe-image.ts'

const filePathNode = 0x0404
const endOfPath = Uint8Array.of(0x7f, 0xff, 0x04, 0x00)
const bootLoaderCodePcr = 4

/** What firmware measures when it loads an application: the Authenticode digest (PFP 3.3.4.5). `path` is shown in the log only. */
export function imageLoadEvent(image: PeImage, path: string): BootEvent {
  const devicePath = encodeFilePath(path)
  const data = new Writer()
    .u64(0n, true)
    .u64(BigInt(image.bytes.length), true)
    .u64(0n, true)
    .u64(BigInt(devicePath.length), true)
    .bytes(devicePath)
    .done()
  return { pcr: bootLoaderCodePcr, type: EV.EFI_BOOT_SERVICES_APPLICATION, measured: authenticodeParts(image), data }
}

/** A device path of one file path node (UEFI 10.3.5.4). */
function encodeFilePath(path: string): Uint8Array {
  const name = encodeUtf16(`${path}\0`)
  return new Writer()
    .u16(filePathNode)
    .u16(4 + name.length, true)
    .bytes(name)
    .bytes(endOfPath)
    .done()
}
