import { u16 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_OBJECT } from '../handle-types.ts'
import { TPM2B_ECC_PARAMETER, TPM2B_ECC_POINT, TPM2B_SENSITIVE_DATA, TPMI_ECC_CURVE } from '../structures/index.ts'

/** Part 3, 19.2. */
export const Commit = command('Commit', CC.Commit, {
  handles: { signHandle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: { P1: TPM2B_ECC_POINT, s2: TPM2B_SENSITIVE_DATA, y2: TPM2B_ECC_PARAMETER },
  returns: { K: TPM2B_ECC_POINT, L: TPM2B_ECC_POINT, E: TPM2B_ECC_POINT, counter: u16 },
})
/** Part 3, 19.3. */
export const EC_Ephemeral = command('EC_Ephemeral', CC.EC_Ephemeral, {
  parameters: { curveID: TPMI_ECC_CURVE },
  returns: { Q: TPM2B_ECC_POINT, counter: u16 },
})
