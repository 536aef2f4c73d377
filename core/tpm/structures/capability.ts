import { choice, list, octets, oneOf, struct, u16, u32, type Infer } from '../codec.ts'
import { CAP } from '../constants/capabilities.ts'
import { RC } from '../constants/response-codes.ts'
import { TPML_PCR_SELECTION, TPMT_HA_NULL } from './pcr.ts'

/** Part 2, 10.8: what fits into one answer is the TPM's own choice, so a reader only bounds it by MAX_CAP_BUFFER. */
const maxItems = 256

const property = struct('TPMS_TAGGED_PROPERTY', { property: u32, value: u32 })
const pcrProperty = struct('TPMS_TAGGED_PCR_SELECT', { tag: u32, pcrSelect: octets('pcrSelect', 0, 255, RC.value) })

/** Part 2, 10.9.1; MAX_CAP_CC is what fits into MAX_CAP_BUFFER. */
export const TPML_CC = list('TPML_CC', u32, 254)

/** Part 2, 10.10.2. */
export const TPMS_CAPABILITY_DATA = choice('TPMS_CAPABILITY_DATA', {
  tag: ['capability', oneOf('TPM_CAP', u32, Object.values(CAP), RC.value)],
  cases: {
    [CAP.algs]: {
      data: list('TPML_ALG_PROPERTY', struct('TPMS_ALG_PROPERTY', { alg: u16, algProperties: u32 }), maxItems),
    },
    [CAP.handles]: { data: list('TPML_HANDLE', u32, maxItems) },
    [CAP.commands]: { data: list('TPML_CCA', u32, maxItems) },
    [CAP.ppCommands]: { data: TPML_CC },
    [CAP.auditCommands]: { data: TPML_CC },
    [CAP.pcrs]: { data: TPML_PCR_SELECTION },
    [CAP.tpmProperties]: { data: list('TPML_TAGGED_TPM_PROPERTY', property, maxItems) },
    [CAP.pcrProperties]: { data: list('TPML_TAGGED_PCR_PROPERTY', pcrProperty, maxItems) },
    [CAP.eccCurves]: { data: list('TPML_ECC_CURVE', u16, maxItems) },
    [CAP.authPolicies]: {
      data: list(
        'TPML_TAGGED_POLICY',
        struct('TPMS_TAGGED_POLICY', { handle: u32, policyHash: TPMT_HA_NULL }),
        maxItems,
      ),
    },
    [CAP.act]: {
      data: list('TPML_ACT_DATA', struct('TPMS_ACT_DATA', { handle: u32, timeout: u32, attributes: u32 }), maxItems),
    },
  },
})
export type TPMS_CAPABILITY_DATA = Infer<typeof TPMS_CAPABILITY_DATA>
