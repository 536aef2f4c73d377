import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_OBJECT } from '../handle-types.ts'
import { TPM2B_DATA, TPM2B_PUBLIC_KEY_RSA, TPMT_RSA_DECRYPT } from '../structures/index.ts'

/** Part 3, 14.2. */
export const RSA_Encrypt = command('RSA_Encrypt', CC.RSA_Encrypt, {
  handles: { keyHandle: handle(TPMI_DH_OBJECT) },
  parameters: { message: TPM2B_PUBLIC_KEY_RSA, inScheme: TPMT_RSA_DECRYPT, label: TPM2B_DATA },
  returns: { outData: TPM2B_PUBLIC_KEY_RSA },
})
/** Part 3, 14.3. */
export const RSA_Decrypt = command('RSA_Decrypt', CC.RSA_Decrypt, {
  handles: { keyHandle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: { cipherText: TPM2B_PUBLIC_KEY_RSA, inScheme: TPMT_RSA_DECRYPT, label: TPM2B_DATA },
  returns: { message: TPM2B_PUBLIC_KEY_RSA },
})
