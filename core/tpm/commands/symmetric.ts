import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_OBJECT } from '../handle-types.ts'
import { TPM2B_IV, TPM2B_MAX_BUFFER, TPMI_ALG_CIPHER_MODE_NULL, TPMI_YES_NO } from '../structures/index.ts'

const returns = { outData: TPM2B_MAX_BUFFER, ivOut: TPM2B_IV } as const

/** Part 3, 15.2. */
export const EncryptDecrypt = command('EncryptDecrypt', CC.EncryptDecrypt, {
  handles: { keyHandle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: { decrypt: TPMI_YES_NO, mode: TPMI_ALG_CIPHER_MODE_NULL, ivIn: TPM2B_IV, inData: TPM2B_MAX_BUFFER },
  returns,
})
/** Part 3, 15.3: the data in front, where a session can encrypt it. */
export const EncryptDecrypt2 = command('EncryptDecrypt2', CC.EncryptDecrypt2, {
  handles: { keyHandle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: { inData: TPM2B_MAX_BUFFER, decrypt: TPMI_YES_NO, mode: TPMI_ALG_CIPHER_MODE_NULL, ivIn: TPM2B_IV },
  returns,
})
