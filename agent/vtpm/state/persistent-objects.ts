import { firstHandle, RH } from '../../../core/tpm/index.ts'
import { eraseStored, loadedFormOf } from './loaded-forms.ts'
import type { LoadedObject } from './loaded-object.ts'
import type { StoredObject } from './persistent-state.ts'
import type { TpmState } from './tpm-state.ts'

/** The object at a persistent handle, unless its hierarchy is disabled. */
export function findPersistent(tpm: TpmState, handle: number): LoadedObject | undefined {
  const stored = tpm.persistent.objects.find((each) => each.handle === handle)
  if (stored === undefined || !tpm.isEnabled(stored.hierarchy)) return undefined
  if (handle >= firstHandle.platformPersistent && !tpm.isEnabled(RH.platform)) return undefined
  return loadedFormOf(stored)
}

export function putPersistent(tpm: TpmState, object: StoredObject): void {
  tpm.persist({ objects: [...tpm.persistent.objects, object].sort((a, b) => a.handle - b.handle) })
}

/** Removes objects and zeroes their secrets. */
export function removePersistent(tpm: TpmState, which: (object: StoredObject) => boolean): void {
  const { objects } = tpm.persistent
  tpm.persist({ objects: objects.filter((object) => !which(object)) })
  for (const object of objects) if (which(object)) eraseStored(object)
}
