import { u32 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_RH_LOCKOUT } from '../handle-types.ts'

/** Part 3, 25.2. */
export const DictionaryAttackLockReset = command('DictionaryAttackLockReset', CC.DictionaryAttackLockReset, {
  handles: { lockHandle: handle(TPMI_RH_LOCKOUT, 'user') },
  attributes: { nv: true },
})
/** Part 3, 25.3. */
export const DictionaryAttackParameters = command('DictionaryAttackParameters', CC.DictionaryAttackParameters, {
  handles: { lockHandle: handle(TPMI_RH_LOCKOUT, 'user') },
  parameters: { newMaxTries: u32, newRecoveryTime: u32, lockoutRecovery: u32 },
  attributes: { nv: true },
})
