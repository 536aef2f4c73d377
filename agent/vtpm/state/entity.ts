import { handleName, nvNameOf, type TPMS_NV_PUBLIC } from '../../../core/tpm/index.ts'
import type { LoadedObject } from './loaded-object.ts'
import type { SequenceObject } from './sequence-object.ts'
import type { Session } from './session.ts'

/** TPM_RH_OWNER and the like. */
export interface Hierarchy {
  readonly kind: 'hierarchy'
  readonly handle: number
}
export interface Pcr {
  readonly kind: 'pcr'
  readonly handle: number
}
/** An NV index as it stands when the command begins. */
export interface NvIndex {
  readonly kind: 'nvIndex'
  readonly handle: number
  readonly nvPublic: TPMS_NV_PUBLIC
  readonly authValue: Uint8Array
  readonly contents: Uint8Array
}
export type Entity = Hierarchy | Pcr | NvIndex | LoadedObject | SequenceObject | Session

/** The Name that stands for an entity in cpHash (Part 1, 16). */
export function nameOfEntity(entity: Entity): Uint8Array {
  switch (entity.kind) {
    case 'object':
      return entity.name
    case 'nvIndex':
      return nvNameOf(entity.nvPublic)
    case 'sequence':
      return new Uint8Array(0)
    case 'hierarchy':
    case 'pcr':
    case 'session':
      return handleName(entity.handle)
  }
}
