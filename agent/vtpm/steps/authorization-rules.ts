import { CC, RH, type AuthRole } from '../../../core/tpm/index.ts'
import { authPolicyOf } from '../state/authorization-of.ts'
import type { Entity, NvIndex } from '../state/entity.ts'
import { isPin, mayTryPin } from '../state/nv-pin.ts'
import { pcrRule } from '../state/pcr-banks.ts'
import type { TpmState } from '../state/tpm-state.ts'

/** What has no private part has no authorization either, and is used without one only. */
export const isPublicOnly = (entity: Entity): boolean => entity.kind === 'object' && entity.sensitive === undefined

/** Part 3, 26.2.1: the platform's authorization of these needs physical presence, too. */
const needingPresence = new Set<number>([CC.PP_Commands])
export const needsPhysicalPresence = (entity: Entity, code: number): boolean =>
  entity.handle === RH.platform && needingPresence.has(code)

/** Part 1, 19.7.3: DUP always, ADMIN where the object or the kind of entity says so, a PCR where its group has a policy. */
export function needsPolicy(tpm: TpmState, entity: Entity, role: AuthRole): boolean {
  if (role === 'dup') return true
  if (entity.kind === 'pcr') return authPolicyOf(tpm, entity).digest.length > 0
  if (role !== 'admin') return false
  return entity.kind === 'nvIndex' || (entity.kind === 'object' && entity.publicArea.objectAttributes.adminWithPolicy)
}

const nvWrites = new Set<number>([CC.NV_Write, CC.NV_Increment, CC.NV_Extend, CC.NV_SetBits, CC.NV_WriteLock])

export function mayUseAuthValue(entity: Entity, role: AuthRole, code: number): boolean {
  if (entity.kind === 'object') return role === 'admin' || entity.publicArea.objectAttributes.userWithAuth
  if (entity.kind !== 'nvIndex' || role === 'admin') return true
  return nvWrites.has(code) ? entity.nvPublic.attributes.authWrite : mayRead(entity)
}

const mayRead = (index: NvIndex): boolean => (isPin(index) ? mayTryPin(index) : index.nvPublic.attributes.authRead)

export function mayUsePolicy(tpm: TpmState, entity: Entity, role: AuthRole, code: number): boolean {
  if (entity.kind === 'object') return true
  if (entity.kind === 'pcr') return pcrRule(entity.handle).isAuthorized
  if (authPolicyOf(tpm, entity).digest.length === 0) return false
  if (entity.kind !== 'nvIndex' || role === 'admin') return true
  return nvWrites.has(code) ? entity.nvPublic.attributes.policyWrite : entity.nvPublic.attributes.policyRead
}
