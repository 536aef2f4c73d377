import { pcrCount } from './log-limits.ts'

/** PCR values by algorithm id and PCR. */
export type PcrBanks = ReadonlyMap<number, ReadonlyMap<number, Uint8Array>>

/** The PCRs that only a dynamic launch resets to zero hold ones before it (PTP 3.2.4, table 6). */
const firstDynamicPcr = 17
const lastDynamicPcr = 22

/** What a PCR holds after TPM2_Startup(CLEAR) at a locality; only PCR 0 shows the locality (PTP 3.2.4). */
export function resetValue(pcr: number, digestSize: number, startupLocality = 0): Uint8Array {
  const value = new Uint8Array(digestSize)
  if (pcr >= firstDynamicPcr && pcr <= lastDynamicPcr) value.fill(0xff)
  if (pcr === 0) value[digestSize - 1] = startupLocality
  return value
}

/** All PCRs of a bank after TPM2_Startup(CLEAR). */
export function resetBank(digestSize: number, startupLocality = 0): Map<number, Uint8Array> {
  return new Map(Array.from({ length: pcrCount }, (_, pcr) => [pcr, resetValue(pcr, digestSize, startupLocality)]))
}
