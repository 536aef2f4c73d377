import { concat, fromHex, Writer } from '../../../../core/bytes/index.ts'

/** A variable of a file to be built. */
export interface GivenVariable {
  readonly guid: string
  readonly name: string
  readonly data: Uint8Array
  /** As its first byte says: 3f written, 3e about to be replaced, 3c gone. */
  readonly state?: number
}

const volumeHeaderBytes = 72
const storeHeaderBytes = 28

/** A file of variables as OVMF keeps them. */
export function variableStore(variables: readonly GivenVariable[]): Uint8Array {
  const entries = variables.map(entry)
  const size = storeHeaderBytes + entries.reduce((sum, { length }) => sum + length, 0) + 64
  const volume = new Uint8Array(volumeHeaderBytes)
  volume.set(new TextEncoder().encode('_FVH'), 40)
  new DataView(volume.buffer).setUint16(48, volumeHeaderBytes, true)
  const store = new Writer()
    .bytes(fromHex('782cf3aa7b949a43a1802e144ec37792'))
    .u32(size, true)
    .bytes(fromHex('5afe000000000000'))
    .done()
  return concat(volume, store, ...entries, new Uint8Array(64).fill(0xff))
}

function entry({ guid, name, data, state = 0x3f }: GivenVariable): Uint8Array {
  const label = Buffer.from(`${name}\0`, 'utf16le')
  const whole = new Writer()
    .u16(0x55aa, true)
    .u8(state)
    .u8(0)
    .u32(7, true)
    .bytes(new Uint8Array(28))
    .u32(label.length, true)
    .u32(data.length, true)
    .bytes(fromHex(guid))
    .bytes(new Uint8Array(label))
    .bytes(data)
    .done()
  return concat(whole, new Uint8Array((4 - (whole.length % 4)) % 4).fill(0xff))
}
