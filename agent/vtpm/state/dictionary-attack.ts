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
  if (ofLockoutAuth) {
    tpm.persist({ lockoutAuthEnabled: 0 })
    tpm.healing = { ...tpm.healing, lockoutFrom: tpm.clock.time }
  } else if (tpm.persistent.recoveryTime !== 0) {
    tpm.healing = { ...tpm.healing, triesFrom: tpm.clock.time }
    tpm.persist({ failedTries: tpm.persistent.failedTries + 1 })
  }
}

const msPerSecond = 1000n

/** Part 1, 19.8.5: one failure is forgotten each recoveryTime after the last, a locked lockoutAuth after lockoutRecovery, of powered time. */
export function heal(tpm: TpmState): void {
  const { failedTries, recoveryTime, lockoutAuthEnabled, lockoutRecovery } = tpm.persistent
  if (failedTries === 0 && lockoutAuthEnabled === 1) return
  const { time } = tpm.clock
  const interval = BigInt(recoveryTime) * msPerSecond
  if (failedTries > 0 && interval > 0n && time - tpm.healing.triesFrom >= interval) {
    const intervals = (time - tpm.healing.triesFrom) / interval
    tpm.persist({ failedTries: Math.max(0, failedTries - Number(intervals)) })
    tpm.healing = { ...tpm.healing, triesFrom: tpm.healing.triesFrom + intervals * interval }
  }
  const rest = BigInt(lockoutRecovery) * msPerSecond
  if (lockoutAuthEnabled === 0 && rest > 0n && time - tpm.healing.lockoutFrom >= rest)
    tpm.persist({ lockoutAuthEnabled: 1 })
}

/** Part 3, 25.3.1: with a lockoutRecovery of zero only a new start gives lockoutAuth back. */
export function healAtStartup(tpm: TpmState): void {
  if (tpm.persistent.lockoutAuthEnabled === 0 && tpm.persistent.lockoutRecovery === 0)
    tpm.persist({ lockoutAuthEnabled: 1 })
}
