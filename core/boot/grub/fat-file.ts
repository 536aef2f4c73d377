import { concat, Reader, WireError } from '../../bytes/index.ts'

/** Fields of a FAT volume's first sector and of a folder's entries (Microsoft, FAT specification 1.03, 3.1 and 6). */
const entryBytes = 32
const endOfFolder = 0x00
const longNameAttribute = 0x0f
/** Volumes with fewer clusters have entries of 12 bits. */
const fewestClustersOfFat16 = 4085
const firstCluster = 2

interface Volume {
  readonly bytes: Uint8Array
  readonly clusterBytes: number
  readonly fat: Uint8Array
  readonly root: Uint8Array
  readonly clustersAt: number
  readonly has12Bits: boolean
}

/**
 * A file in the first folder of a FAT12 or FAT16 volume, by its short name (`GRUB    CFG`); undefined if there is none.
 * @throws WireError if the volume is malformed.
 */
export function fatFile(bytes: Uint8Array, shortName: string): Uint8Array | undefined {
  const volume = parseVolume(bytes)
  for (let at = 0; at + entryBytes <= volume.root.length; at += entryBytes) {
    const entry = volume.root.subarray(at, at + entryBytes)
    if (entry[0] === endOfFolder) return undefined
    if (new TextDecoder('latin1').decode(entry.subarray(0, 11)) !== shortName || entry[11] === longNameAttribute)
      continue
    const from = new Reader(entry)
    from.seek(26)
    return readChain(volume, from.u16(true), from.u32(true))
  }
  return undefined
}

function parseVolume(bytes: Uint8Array): Volume {
  const from = new Reader(bytes)
  from.seek(11)
  const sectorBytes = from.u16(true)
  const clusterBytes = from.u8() * sectorBytes
  const reserved = from.u16(true)
  const fats = from.u8()
  const rootEntries = from.u16(true)
  const sectors = from.u16(true)
  from.seek(22)
  const fatSectors = from.u16(true)
  const fatAt = reserved * sectorBytes
  const rootAt = fatAt + fats * fatSectors * sectorBytes
  const clustersAt = rootAt + rootEntries * entryBytes
  if (clusterBytes === 0 || fatSectors === 0 || clustersAt > bytes.length)
    throw new WireError('no FAT volume', ['memdisk'])
  return {
    bytes,
    clusterBytes,
    fat: bytes.subarray(fatAt, fatAt + fatSectors * sectorBytes),
    root: bytes.subarray(rootAt, clustersAt),
    clustersAt,
    has12Bits: (sectors * sectorBytes - clustersAt) / clusterBytes < fewestClustersOfFat16,
  }
}

function readChain(volume: Volume, first: number, size: number): Uint8Array {
  const { bytes, clusterBytes, clustersAt } = volume
  // A chain that leads back into itself has no end of its own
  if (size > bytes.length) throw new WireError(`a file of ${size} bytes`, ['memdisk'])
  const parts: Uint8Array[] = []
  let cluster = first
  for (let left = size; left > 0; left -= clusterBytes) {
    const at = clustersAt + (cluster - firstCluster) * clusterBytes
    if (cluster < firstCluster || at + Math.min(left, clusterBytes) > bytes.length)
      throw new WireError('a chain leads nowhere', ['memdisk'])
    parts.push(bytes.subarray(at, at + Math.min(left, clusterBytes)))
    cluster = nextCluster(volume, cluster)
  }
  return concat(...parts)
}

function nextCluster({ fat, has12Bits }: Volume, cluster: number): number {
  const at = has12Bits ? cluster + (cluster >> 1) : 2 * cluster
  const pair = (fat[at] ?? 0) | ((fat[at + 1] ?? 0) << 8)
  if (!has12Bits) return pair
  return cluster % 2 === 1 ? pair >> 4 : pair & 0x0fff
}
