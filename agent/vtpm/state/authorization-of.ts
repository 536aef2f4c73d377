import { RH, withoutTrailingZeros } from '../../../core/tpm/index.ts'
import type { Entity } from './entity.ts'
import { pcrRules } from './pcr-rules.ts'
import type { TpmState } from './tpm-state.ts'

const empty = new Uint8Array(0)

/** The authValue of a hierarchy. */
export function hierarchyAuth(tpm: TpmState, handle: number): Uint8Array {
  if (handle === RH.owner) return tpm.persistent.ownerAuth
  if (handle === RH.endorsement) return tpm.persistent.endorsementAuth
  if (handle === RH.lockout) return tpm.persistent.lockoutAuth
  if (handle === RH.platform) return tpm.reset.platformAuth
  return empty
}

const isAuthorizedPcr = (handle: number): boolean => pcrRules[handle]?.isAuthorized === true

/** The authValue of an entity, without trailing zeros; most PCRs and the null hierarchy have the empty one. */
export function authValueOf(tpm: TpmState, entity: Entity): Uint8Array {
  switch (entity.kind) {
    case 'hierarchy':
      return withoutTrailingZeros(hierarchyAuth(tpm, entity.handle))
    case 'object':
    case 'sequence':
    case 'nvIndex':
      return withoutTrailingZeros(entity.authValue)
    case 'pcr':
      return isAuthorizedPcr(entity.handle) ? tpm.reset.pcrAuthValue : empty
    case 'session':
      return empty
  }
}

/** An authPolicy: a digest under a hash algorithm; empty where there is none. */
export interface AuthPolicy {
  readonly hash: number
  readonly digest: Uint8Array
}
const none: AuthPolicy = { hash: 0, digest: empty }

function hierarchyPolicy(tpm: TpmState, handle: number): AuthPolicy {
  if (handle === RH.owner) return tpm.persistent.ownerPolicy
  if (handle === RH.endorsement) return tpm.persistent.endorsementPolicy
  if (handle === RH.lockout) return tpm.persistent.lockoutPolicy
  if (handle === RH.platform) return tpm.reset.platformPolicy
  return none
}

export function authPolicyOf(tpm: TpmState, entity: Entity): AuthPolicy {
  switch (entity.kind) {
    case 'hierarchy':
      return hierarchyPolicy(tpm, entity.handle)
    case 'object':
      return { hash: entity.publicArea.nameAlg, digest: entity.publicArea.authPolicy }
    case 'nvIndex':
      return { hash: entity.nvPublic.nameAlg, digest: entity.nvPublic.authPolicy }
    case 'pcr':
      return isAuthorizedPcr(entity.handle) ? tpm.persistent.pcrPolicy : none
    case 'sequence':
    case 'session':
      return none
  }
}
