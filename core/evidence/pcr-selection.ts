import { Reader, WireError, Writer } from '../bytes/index.ts'
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

/** Banks that can be asked for, in the order in which a TPM is asked. SHA-1 vouches for nothing. */
const banks = [ALG.sha256, ALG.sha384, ALG.sha512]
/** PCRs that software cannot reset (PC Client, 4.6.1), but for the one that the kernel's IMA goes on extending. */
export const quotablePcrs: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15]

/** The same PCRs of some banks. */
export function selectionOf(hashes: Iterable<number>, pcrs: Iterable<number>): PcrSelection {
  const [wanted, indices] = [new Set(hashes), new Set(pcrs)]
  const chosen = quotablePcrs.filter((pcr) => indices.has(pcr))
  return banks.filter((hash) => wanted.has(hash)).map((hash) => ({ hash, pcrs: chosen }))
}

/** Of each bank a UINT16 of PCRs, its lowest bit PCR 0. */
export const selectionBytes = 2 * banks.length

export function encodeSelection(selection: PcrSelection): Uint8Array {
  const to = new Writer()
  for (const hash of banks)
    to.u16((selection.find((bank) => bank.hash === hash)?.pcrs ?? []).reduce((mask, pcr) => mask | (1 << pcr), 0))
  return to.done()
}

/** @throws WireError where it selects nothing, or what cannot be asked for. */
export function decodeSelection(bytes: Uint8Array): PcrSelection {
  const from = new Reader(bytes)
  const selection = banks.flatMap((hash) => {
    const mask = from.u16()
    const pcrs = Array.from({ length: 16 }, (_, pcr) => pcr).filter((pcr) => (mask & (1 << pcr)) !== 0)
    if (!pcrs.every((pcr) => quotablePcrs.includes(pcr))) throw new WireError('a PCR that is never quoted')
    return pcrs.length === 0 ? [] : [{ hash, pcrs }]
  })
  from.end()
  if (selection.length === 0) throw new WireError('no PCR')
  return selection
}

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
