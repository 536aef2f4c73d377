import { choice, type Infer, oneOf, u32 } from '../codec.ts'
import { command } from '../command.ts'
import { CAP } from '../constants/capabilities.ts'
import { CC } from '../constants/command-codes.ts'
import { RC } from '../constants/response-codes.ts'
import { ALG } from '../constants/algorithms.ts'
import {
  TPMI_ALG_PUBLIC,
  TPMI_YES_NO,
  TPMS_CAPABILITY_DATA,
  TPMS_ECC_PARMS,
  TPMS_RSA_PARMS,
  TPMT_KEYEDHASH_SCHEME,
  TPMT_SYM_DEF_OBJECT_GIVEN,
} from '../structures/index.ts'

/** Part 3, 30.2. */
export const GetCapability = command('GetCapability', CC.GetCapability, {
  parameters: {
    capability: oneOf('TPM_CAP', u32, Object.values(CAP), RC.value),
    property: u32,
    propertyCount: u32,
  },
  returns: { moreData: TPMI_YES_NO, capabilityData: TPMS_CAPABILITY_DATA },
})

/** Part 2, 12.2.3.7. */
export const TPMT_PUBLIC_PARMS = choice('TPMT_PUBLIC_PARMS', {
  tag: ['type', TPMI_ALG_PUBLIC],
  cases: {
    [ALG.rsa]: { parameters: TPMS_RSA_PARMS },
    [ALG.ecc]: { parameters: TPMS_ECC_PARMS },
    [ALG.keyedhash]: { parameters: TPMT_KEYEDHASH_SCHEME },
    [ALG.symcipher]: { parameters: TPMT_SYM_DEF_OBJECT_GIVEN },
  },
})
export type TPMT_PUBLIC_PARMS = Infer<typeof TPMT_PUBLIC_PARMS>
/** Part 3, 30.3. */
export const TestParms = command('TestParms', CC.TestParms, { parameters: { parameters: TPMT_PUBLIC_PARMS } })
