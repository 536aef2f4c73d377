import { u16 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_OBJECT } from '../handle-types.ts'
import {
  TPM2B_DATA,
  TPM2B_ECC_POINT,
  TPM2B_PUBLIC_KEY_RSA,
  TPMI_ECC_CURVE,
  TPMI_ECC_KEY_EXCHANGE,
  TPMS_ALGORITHM_DETAIL_ECC,
  TPMT_RSA_DECRYPT,
} from '../structures/index.ts'

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
/** Part 3, 14.4. */
export const ECDH_KeyGen = command('ECDH_KeyGen', CC.ECDH_KeyGen, {
  handles: { keyHandle: handle(TPMI_DH_OBJECT) },
  returns: { zPoint: TPM2B_ECC_POINT, pubPoint: TPM2B_ECC_POINT },
})
/** Part 3, 14.5. */
export const ECDH_ZGen = command('ECDH_ZGen', CC.ECDH_ZGen, {
  handles: { keyHandle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: { inPoint: TPM2B_ECC_POINT },
  returns: { outPoint: TPM2B_ECC_POINT },
})
/** Part 3, 14.7. */
export const ZGen_2Phase = command('ZGen_2Phase', CC.ZGen_2Phase, {
  handles: { keyA: handle(TPMI_DH_OBJECT, 'user') },
  parameters: {
    inQsB: TPM2B_ECC_POINT,
    inQeB: TPM2B_ECC_POINT,
    inScheme: TPMI_ECC_KEY_EXCHANGE,
    counter: u16,
  },
  returns: { outZ1: TPM2B_ECC_POINT, outZ2: TPM2B_ECC_POINT },
})
/** Part 3, 14.6. */
export const ECC_Parameters = command('ECC_Parameters', CC.ECC_Parameters, {
  parameters: { curveID: TPMI_ECC_CURVE },
  returns: { parameters: TPMS_ALGORITHM_DETAIL_ECC },
})
