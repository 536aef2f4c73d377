import type { NvIndex } from './entity.ts'
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

export function removeNvIndex(tpm: TpmState, handle: number): void {
  tpm.persist({ nvIndices: tpm.persistent.nvIndices.filter((each) => handleOf(each) !== handle) })
}
