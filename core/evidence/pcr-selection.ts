import { ALG, selectedPcrs, type TPML_PCR_SELECTION } from '../tpm/index.ts'

/** The PCRs to quote in one bank, ascending. */
export interface PcrBankSelection {
  /** TPM_ALG_ID. */
  readonly hash: number
  readonly pcrs: readonly number[]
}
export type PcrSelection = readonly PcrBankSelection[]

/** The PCR that takes the cap: software cannot reset it. */
export const capPcr = 15

/** All that firmware, loader and early userspace measure, and the cap; not 10, which the kernel's IMA extends all the time. */
export const defaultSelection: PcrSelection = [
  { hash: ALG.sha256, pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, capPcr] },
]

/** Whether a quote is of exactly the PCRs asked for, bank by bank: a TPM silently leaves out the banks it lacks. */
export function isSelectionOf(quoted: TPML_PCR_SELECTION, asked: PcrSelection): boolean {
  return (
    quoted.length === asked.length &&
    quoted.every((bank, at) => {
      const wanted = asked[at]
      const pcrs = selectedPcrs(bank)
      return (
        wanted?.hash === bank.hash &&
        pcrs.length === wanted.pcrs.length &&
        pcrs.every((pcr, index) => pcr === wanted.pcrs[index])
      )
    })
  )
}
