import { choice, fixed, list, octets, struct, type Infer } from '../codec.ts'
import { ALG } from '../constants/algorithms.ts'
import { RC } from '../constants/response-codes.ts'
import { TPM2B_DIGEST, TPMI_ALG_HASH, TPMI_ALG_HASH_NULL } from './base.ts'

/** Part 2, 10.6.1: PCR 0 to 23 are three octets, no fewer and no more. */
const selectBytes = 3

/** PCR[0..23] as bits, least significant bit of the first octet first (Part 2, 10.6.1). */
const pcrSelect = octets('pcrSelect', selectBytes, selectBytes, RC.value)

/** Part 2, 10.6.2. */
export const TPMS_PCR_SELECTION = struct('TPMS_PCR_SELECTION', { hash: TPMI_ALG_HASH, pcrSelect })
export type TPMS_PCR_SELECTION = Infer<typeof TPMS_PCR_SELECTION>
/** Part 2, 10.9.7. */
export const TPML_PCR_SELECTION = list('TPML_PCR_SELECTION', TPMS_PCR_SELECTION, 16)
export type TPML_PCR_SELECTION = Infer<typeof TPML_PCR_SELECTION>

/** The selection of these PCRs in one bank. */
export function selectPcrs(hash: number, pcrs: Iterable<number>): TPMS_PCR_SELECTION {
  const select = new Uint8Array(selectBytes)
  for (const pcr of pcrs) {
    if (!(pcr >= 0 && pcr < 8 * selectBytes)) throw new RangeError(`there is no PCR ${pcr}`)
    select[pcr >> 3] = (select[pcr >> 3] ?? 0) | (1 << (pcr & 7))
  }
  return { hash, pcrSelect: select }
}

/** The PCRs of a selection in ascending order. */
export function selectedPcrs(selection: TPMS_PCR_SELECTION): number[] {
  const pcrs: number[] = []
  for (let at = 0; at < selection.pcrSelect.length; at++) {
    for (let octet = selection.pcrSelect[at] ?? 0, pcr = 8 * at; octet !== 0; octet >>= 1, pcr++)
      if ((octet & 1) === 1) pcrs.push(pcr)
  }
  return pcrs
}

/** Part 2, 10.9.4 and 10.9.5: at most eight digests, at least two where PolicyOR asks for them. */
export const TPML_DIGEST = list('TPML_DIGEST', TPM2B_DIGEST, 8)
export const TPML_DIGEST_OR = list('TPML_DIGEST', TPM2B_DIGEST, 8, 2)

const cases = {
  [ALG.sha1]: { digest: fixed('digest', 20) },
  [ALG.sha256]: { digest: fixed('digest', 32) },
  [ALG.sha384]: { digest: fixed('digest', 48) },
  [ALG.sha512]: { digest: fixed('digest', 64) },
} as const

/** Part 2, 10.3.2. */
export const TPMT_HA = choice('TPMT_HA', { tag: ['hashAlg', TPMI_ALG_HASH], cases })
export type TPMT_HA = Infer<typeof TPMT_HA>
export const TPMT_HA_NULL = choice('TPMT_HA+', {
  tag: ['hashAlg', TPMI_ALG_HASH_NULL],
  cases: { ...cases, [ALG.null]: {} },
})
export type TPMT_HA_NULL = Infer<typeof TPMT_HA_NULL>
/** Part 2, 10.9.6. */
export const TPML_DIGEST_VALUES = list('TPML_DIGEST_VALUES', TPMT_HA, 16)
export type TPML_DIGEST_VALUES = Infer<typeof TPML_DIGEST_VALUES>

/** A digest with its algorithm, which only at run time is known to be one of the table's. */
export const taggedDigest = (hashAlg: number, value: Uint8Array): TPMT_HA => ({ hashAlg, digest: value }) as TPMT_HA
