import { DictionaryAttackLockReset, DictionaryAttackParameters } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'

/** Part 3, 25.2. */
const lockReset = implement(DictionaryAttackLockReset, (tpm) => {
  tpm.persist({ failedTries: 0 })
  return {}
})

/** Part 3, 25.3: failures so far count on. */
const setParameters = implement(DictionaryAttackParameters, (tpm, { parameters }) => {
  const { newMaxTries, newRecoveryTime, lockoutRecovery } = parameters
  tpm.persist({ maxTries: newMaxTries, recoveryTime: newRecoveryTime, lockoutRecovery })
  return {}
})

export const dictionaryAttackCommands = [lockReset, setParameters]
