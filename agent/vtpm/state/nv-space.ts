import { Reader } from '../../../core/bytes/index.ts'
import { NT } from '../../../core/tpm/index.ts'
import type { NvIndex } from './entity.ts'
import { eraseNvIndex } from './erase-persistent.ts'
import type { StoredNvIndex } from './persistent-state.ts'
import type { TpmState } from './tpm-state.ts'

const handleOf = (stored: StoredNvIndex): number => stored.nvPublic.nvIndex

export function findNvIndex(tpm: TpmState, handle: number): NvIndex | undefined {
  const stored = tpm.persistent.nvIndices.find((each) => handleOf(each) === handle)
  return stored === undefined ? undefined : { kind: 'nvIndex', handle, ...stored }
}

/** Defines an NV index, or replaces it by its new content; indices stay in the order of their handles. */
export function putNvIndex(tpm: TpmState, index: StoredNvIndex): void {
  const others = tpm.persistent.nvIndices.filter((each) => handleOf(each) !== handleOf(index))
  const { nvPublic, authValue, contents } = index
  const nvIndices = [...others, { nvPublic, authValue, contents }].sort((a, b) => handleOf(a) - handleOf(b))
  tpm.persist({ nvIndices })
}

/** Removes indices and zeroes what they held. */
export function removeNvIndices(tpm: TpmState, which: (index: StoredNvIndex) => boolean): void {
  const { nvIndices, highestCounter } = tpm.persistent
  const removed = nvIndices.filter(which)
  const highest = removed.map(countOf).reduce((most, count) => (count > most ? count : most), highestCounter)
  tpm.persist({ nvIndices: nvIndices.filter((index) => !which(index)), highestCounter: highest })
  for (const index of removed) eraseNvIndex(index)
}

/** A counter that is deleted and defined again goes on above its last value (Part 1, 37.2.4.3). */
function countOf({ nvPublic: { attributes }, contents }: StoredNvIndex): bigint {
  return attributes.nt === NT.counter && attributes.written ? new Reader(contents).u64() : 0n
}
