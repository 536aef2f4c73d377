import { RH, type Random } from '../../core/tpm/index.ts'
import {
  decodePersistentState,
  encodePersistentState,
  manufacturedState,
  secretBytes,
} from './state/persistent-state.ts'
import type { StateStorage } from './storage/storage.ts'

/** The bytes of a TPM that was never powered on: new seeds, empty authorizations, no NV. */
export const manufacture = (options: { readonly random: Random }): Uint8Array =>
  encodePersistentState(manufacturedState(options.random))

/**
 * Gives a powered-off TPM a new endorsement seed; owner hierarchy and NV stay. Both copies of a TPM hold the old
 * endorsement keys, so whoever remains is told from the other by new ones.
 */
export function changeEndorsementSeed(storage: StateStorage, random: Random): void {
  const bytes = storage.load()
  if (bytes === undefined) throw new TypeError('the TPM was never manufactured')
  const state = decodePersistentState(bytes)
  bytes.fill(0)
  const changed = encodePersistentState({
    ...state,
    endorsementSeed: random(secretBytes),
    endorsementProof: random(secretBytes),
    objects: state.objects.filter((object) => object.hierarchy !== RH.endorsement),
    saved: undefined,
  })
  storage.commit(changed)
  changed.fill(0)
}
