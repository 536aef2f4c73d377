import { firstHandle, RH } from '../../../core/tpm/index.ts'
import { LoadedObject } from './loaded-object.ts'
import type { StoredObject } from './persistent-state.ts'
import type { TpmState } from './tpm-state.ts'

/** Loaded forms of persistent objects, so that a key is imported once. */
const loadedForms = new WeakMap<StoredObject, LoadedObject>()

/** The object at a persistent handle, unless its hierarchy is disabled. */
export function findPersistent(tpm: TpmState, handle: number): LoadedObject | undefined {
  const stored = tpm.persistent.objects.find((each) => each.handle === handle)
  if (stored === undefined || !tpm.isEnabled(stored.hierarchy)) return undefined
  if (handle >= firstHandle.platformPersistent && !tpm.isEnabled(RH.platform)) return undefined
  const known = loadedForms.get(stored)
  if (known !== undefined) return known
  const loaded = new LoadedObject(stored)
  loadedForms.set(stored, loaded)
  return loaded
}

export function putPersistent(tpm: TpmState, object: StoredObject): void {
  tpm.persist({ objects: [...tpm.persistent.objects, object].sort((a, b) => a.handle - b.handle) })
}

export function removePersistent(tpm: TpmState, which: (object: StoredObject) => boolean): void {
  tpm.persist({ objects: tpm.persistent.objects.filter((object) => !which(object)) })
}
