import { eraseStored } from './loaded-forms.ts'
import { hierarchySecrets, type PersistentState, type StoredNvIndex } from './persistent-state.ts'
import type { SavedState } from './saved-state.ts'

export function eraseNvIndex({ authValue, contents }: StoredNvIndex): void {
  authValue.fill(0)
  contents.fill(0)
}

/** Zeroes what a Shutdown(STATE) kept, once it is taken up or outdated. */
export function eraseSaved({ nullSeed, nullProof, platformAuth, pcrAuthValue, commits }: SavedState): void {
  for (const secret of [nullSeed, nullProof, platformAuth, pcrAuthValue]) secret.fill(0)
  commits?.nonce.fill(0)
}

/** Zeroes the secrets of a state whose TPM has no power any more. */
export function erasePersistent(state: PersistentState): void {
  for (const name of hierarchySecrets) state[name].fill(0)
  for (const authValue of [state.endorsementAuth, state.ownerAuth, state.lockoutAuth]) authValue.fill(0)
  for (const object of state.objects) eraseStored(object)
  for (const index of state.nvIndices) eraseNvIndex(index)
  if (state.saved !== undefined) eraseSaved(state.saved)
}
