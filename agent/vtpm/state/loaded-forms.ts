import { LoadedObject } from './loaded-object.ts'
import type { StoredObject } from './persistent-state.ts'

/** Loaded forms of persistent objects, so that a key is imported once. */
const loadedForms = new WeakMap<StoredObject, LoadedObject>()

export function loadedFormOf(stored: StoredObject): LoadedObject {
  const known = loadedForms.get(stored)
  if (known !== undefined) return known
  const loaded = new LoadedObject(stored)
  loadedForms.set(stored, loaded)
  return loaded
}

/** Zeroes the secrets of a persistent object that is no more, in whatever form they are here. */
export function eraseStored(stored: StoredObject): void {
  loadedFormOf(stored).erase()
}
