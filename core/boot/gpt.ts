import { crc32 } from 'node:zlib'
import { Reader, WireError, Writer } from '../bytes/index.ts'
import { EV } from '../eventlog/index.ts'
import { type BootEvent, dataEvent } from './boot-event.ts'

const sectorSize = 512
const headerSize = 92
const maxEntries = 1024
const bootConfigPcr = 5
const headerCrcOffset = 16

/** How much of a disk's start holds a partition table that firmware accepts. */
export const gptBytes = 1 << 20

/**
 * The event of a disk's partition table (PFP 10.4.2.5: the header, the number of partitions, their entries).
 * @throws WireError if the disk has no intact GUID partition table.
 */
export function gptEvent(disk: Uint8Array): BootEvent {
  const header = disk.subarray(sectorSize, sectorSize + headerSize)
  const { entriesLba, entryCount, entrySize, entriesCrc } = parseHeader(header)
  const table = take(disk, Number(entriesLba) * sectorSize, entryCount * entrySize)
  if (crc32(table) !== entriesCrc) throw new WireError('altered', ['gpt', 'partitionEntryArray'])

  const used = Array.from({ length: entryCount }, (_, i) => table.subarray(i * entrySize, (i + 1) * entrySize)).filter(
    (entry) => entry.subarray(0, 16).some((byte) => byte !== 0),
  )
  const data = new Writer().bytes(header).u64(BigInt(used.length), true)
  for (const entry of used) data.bytes(entry)
  return dataEvent(bootConfigPcr, EV.EFI_GPT_EVENT, data.done())
}

/** UEFI 5.3.2, table 5.5. */
function parseHeader(header: Uint8Array): {
  readonly entriesLba: bigint
  readonly entryCount: number
  readonly entrySize: number
  readonly entriesCrc: number
} {
  if (new TextDecoder('latin1').decode(header.subarray(0, 8)) !== 'EFI PART') throw new WireError('none', ['gpt'])
  const from = new Reader(header)
  from.bytes(12)
  if (from.u32(true) !== headerSize) throw new WireError(`not ${headerSize}`, ['gpt', 'headerSize'])
  const blanked = Uint8Array.from(header, (byte, i) => (i >= headerCrcOffset && i < headerCrcOffset + 4 ? 0 : byte))
  if (from.left < headerSize - 20 || crc32(blanked) !== from.u32(true))
    throw new WireError('altered', ['gpt', 'header'])

  from.seek(72)
  const entriesLba = from.u64(true)
  const entryCount = from.u32(true)
  const entrySize = from.u32(true)
  const entriesCrc = from.u32(true)
  if (entriesLba < 2n || entriesLba > BigInt(gptBytes / sectorSize))
    throw new WireError(`${entriesLba}`, ['gpt', 'partitionEntryLba'])
  if (entryCount > maxEntries) throw new WireError(`${entryCount}`, ['gpt', 'numberOfPartitionEntries'])
  if (entrySize !== 128) throw new WireError(`${entrySize}`, ['gpt', 'sizeOfPartitionEntry'])
  return { entriesLba, entryCount, entrySize, entriesCrc }
}

function take(disk: Uint8Array, offset: number, size: number): Uint8Array {
  if (offset + size > disk.length) throw new WireError('outside the disk', ['gpt', 'partitionEntryArray'])
  return disk.subarray(offset, offset + size)
}
