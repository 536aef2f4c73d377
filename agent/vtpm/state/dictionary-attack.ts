import { RC, RH } from '../../../core/tpm/index.ts'
import { TpmError } from '../tpm-error.ts'
import type { Entity } from './entity.ts'
import type { TpmState } from './tpm-state.ts'

/** Whether a wrong authValue for this entity goes unpunished (Part 1, 19.8.2). */
export function isExempt(entity: Entity): boolean {
  switch (entity.kind) {
    case 'object':
      return entity.publicArea.objectAttributes.noDA
    case 'nvIndex':
      return entity.nvPublic.attributes.noDA
    case 'hierarchy':
      return entity.handle !== RH.lockout
    case 'sequence':
    case 'pcr':
    case 'session':
      return true
  }
}

/** @throws TpmError LOCKOUT if too many authorizations failed (Part 1, 19.8). */
export function checkLockout(tpm: TpmState, ofLockoutAuth: boolean): void {
  const { failedTries, maxTries, lockoutAuthEnabled } = tpm.persistent
  if (ofLockoutAuth ? lockoutAuthEnabled === 0 : failedTries >= maxTries) throw new TpmError(RC.lockout)
}

/** Counts a wrong authValue; it is durable before the refusal is sent. */
export function recordFailure(tpm: TpmState, ofLockoutAuth: boolean): void {
  if (ofLockoutAuth) tpm.persist({ lockoutAuthEnabled: 0 })
  else if (tpm.persistent.recoveryTime !== 0) tpm.persist({ failedTries: tpm.persistent.failedTries + 1 })
}
