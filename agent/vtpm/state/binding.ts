import { secretDigest } from '../../../core/tpm/index.ts'
import { authValueOf } from './authorization-of.ts'
import { nameOfEntity, type Entity } from './entity.ts'
import { contextHash, type TpmState } from './tpm-state.ts'

const authBytes = 64

/** What a bound session remembers: a digest of the entity's Name and its authValue of now (Part 1, 19.6.12). */
export function bindingOf(tpm: TpmState, entity: Entity): Uint8Array {
  const authValue = new Uint8Array(authBytes)
  authValue.set(authValueOf(tpm, entity))
  const binding = secretDigest(contextHash, nameOfEntity(entity), authValue)
  authValue.fill(0)
  return binding
}
