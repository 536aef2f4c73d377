import { Reader, toHex, WireError } from '../bytes/index.ts'
import { type UefiVariable } from '../eventlog/index.ts'

/** Layout of a firmware volume that holds variables (PI 3.2.1; EDK2, MdeModulePkg/Include/Guid/VariableFormat.h). */
const volumeSignatureAt = 40
const volumeHeaderSizeAt = 48
const storeHeaderSize = 28
const variableHeaderSize = 60
const variableStart = 0x55aa
const authenticatedStore = '782cf3aa7b949a43a1802e144ec37792'
/** Bits of a variable's state are cleared one after the other: written, about to be replaced, gone. */
const state = { added: 0x3f, inTransition: 0x3e } as const
const alignment = 4

/**
 * The variables in the file in which a virtual machine's firmware keeps them (`OVMF_VARS.fd`).
 * @throws WireError if it is no store of authenticated variables.
 */
export function parseVariableStore(bytes: Uint8Array): readonly UefiVariable[] {
  const from = new Reader(bytes)
  const signature = bytes.subarray(volumeSignatureAt, volumeSignatureAt + 4)
  if (new TextDecoder('latin1').decode(signature) !== '_FVH') throw new WireError('no firmware volume', ['volume'])
  from.seek(volumeHeaderSizeAt)
  const storeAt = from.u16(true)
  from.seek(storeAt)
  if (toHex(from.bytes(16)) !== authenticatedStore) throw new WireError('holds no authenticated variables', ['store'])
  const end = storeAt + from.u32(true)
  if (end > bytes.length) throw new WireError('sizes do not fit', ['store'])

  const found = new Map<string, { readonly variable: UefiVariable; readonly state: number }>()
  let at = storeAt + storeHeaderSize
  while (at + variableHeaderSize <= end) {
    const entry = readEntry(bytes, at)
    if (entry === undefined) break
    at = entry.end + ((alignment - (entry.end % alignment)) % alignment)
    const key = `${toHex(entry.variable.vendorGuid)} ${entry.variable.name}`
    const isLive = entry.state === state.added || (entry.state === state.inTransition && !found.has(key))
    if (isLive) found.set(key, entry)
  }
  return [...found.values()].map(({ variable }) => variable)
}

interface Entry {
  readonly variable: UefiVariable
  readonly state: number
  readonly end: number
}

/** Undefined behind the last one. */
function readEntry(bytes: Uint8Array, at: number): Entry | undefined {
  const from = new Reader(bytes)
  from.seek(at)
  if (from.u16(true) !== variableStart) return undefined
  const stateByte = from.u8()
  from.seek(at + 36)
  const nameBytes = from.u32(true)
  const dataBytes = from.u32(true)
  const vendorGuid = from.bytes(16)
  const name = new TextDecoder('utf-16le').decode(from.bytes(nameBytes)).replace(/\0$/, '')
  const variable = { vendorGuid, name, data: from.bytes(dataBytes) }
  return { variable, state: stateByte, end: from.offset }
}
