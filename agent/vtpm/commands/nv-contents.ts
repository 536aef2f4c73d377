import { Reader, Writer } from '../../../core/bytes/index.ts'
import { NT } from '../../../core/tpm/index.ts'
import type { NvIndex } from '../state/entity.ts'
import { putNvIndex } from '../state/nv-space.ts'
import type { StoredNvIndex } from '../state/persistent-state.ts'
import type { TpmState } from '../state/tpm-state.ts'

/** What bytes of an ordinary index in NV hold that no write has reached; all others begin with zeros, as memory does. */
const unwritten = 0xff

/** All bytes of an index; those of one that was never written are what its first write finds. */
export function contentsOf({ nvPublic, contents }: NvIndex): Uint8Array {
  if (nvPublic.attributes.written) return contents
  const { nt, orderly } = nvPublic.attributes
  return new Uint8Array(nvPublic.dataSize).fill(nt === NT.ordinary && !orderly ? unwritten : 0)
}

/** The value of a counter, or of a bit field. */
export function counterOf(nvIndex: NvIndex): bigint {
  return new Reader(contentsOf(nvIndex)).u64()
}

export function uint64(value: bigint): Uint8Array {
  return new Writer().u64(value).done()
}

/** Gives an index new contents; from then on it is written. */
export function writeContents(tpm: TpmState, nvIndex: NvIndex, contents: Uint8Array): void {
  setAttributes(tpm, { ...nvIndex, contents }, { written: true })
}

/** Changes attributes of an index, and with them its Name. An orderly one is part of what a Shutdown keeps. */
export function setAttributes(
  tpm: TpmState,
  nvIndex: StoredNvIndex,
  changes: Partial<StoredNvIndex['nvPublic']['attributes']>,
): void {
  const attributes = { ...nvIndex.nvPublic.attributes, ...changes }
  if (attributes.orderly) tpm.outdateShutdown()
  putNvIndex(tpm, { ...nvIndex, nvPublic: { ...nvIndex.nvPublic, attributes } })
}
