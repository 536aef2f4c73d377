import { digest, digestSize, hashAlgorithms, selectedPcrs, type TPML_PCR_SELECTION } from '../../../core/tpm/index.ts'
import { isDynamic, pcrRules, type PcrRule } from './pcr-rules.ts'

/** PCR 0, which tells the locality of Startup (PC Client Platform TPM Profile, 4.6.2). */
const startupLocalityPcr = 0
/** PCR 17, which the D-RTM event sequence extends. */
export const dynamicPcr = 17

function ruleOf(pcr: number): PcrRule {
  const rule = pcrRules[pcr]
  if (rule === undefined) throw new RangeError(`there is no PCR ${pcr}`)
  return rule
}
export { ruleOf as pcrRule }

/** The PCR banks that are allocated, and their values. */
export class PcrBanks {
  readonly #values = new Map<number, Map<number, Uint8Array>>()
  readonly #allocation: TPML_PCR_SELECTION
  /** Giving each PCR its first value is a change too, as libtpms counts. */
  updateCounter = pcrRules.filter(({ counts }) => counts).length

  constructor(allocation: TPML_PCR_SELECTION) {
    this.#allocation = allocation
    for (const selection of allocation) {
      const size = digestSize(selection.hash)
      const bank = new Map(selectedPcrs(selection).map((pcr) => [pcr, initialValue(pcr, size)]))
      if (bank.size > 0) this.#values.set(selection.hash, bank)
    }
  }

  get allocation(): TPML_PCR_SELECTION {
    return this.#allocation
  }
  /** The hash algorithms of the banks that have a PCR, in the order of the algorithm table. */
  get algorithms(): readonly number[] {
    return hashAlgorithms.map((row) => row.id).filter((id) => this.#values.has(id))
  }

  value(hash: number, pcr: number): Uint8Array | undefined {
    return this.#values.get(hash)?.get(pcr)
  }
  set(hash: number, pcr: number, value: Uint8Array): void {
    const bank = this.#values.get(hash)
    if (bank?.has(pcr) === true) bank.set(pcr, value)
  }

  /** Extends one bank; a bank that does not hold the PCR stays as it is. */
  extend(hash: number, pcr: number, digestValue: Uint8Array): void {
    const old = this.value(hash, pcr)
    if (old === undefined) return
    this.set(hash, pcr, digest(hash, old, digestValue))
    this.changed(pcr)
  }

  /** Zeroes a PCR in all banks. */
  reset(pcr: number): void {
    this.zero(pcr)
    this.changed(pcr)
  }
  /** Zeroes a PCR as a dynamic launch does: only what it extends afterwards counts as a change. */
  zero(pcr: number): void {
    for (const [hash, bank] of this.#values) if (bank.has(pcr)) bank.set(pcr, new Uint8Array(digestSize(hash)))
  }

  /** Part 1, 17.8: policies that stand on a PCR end when one changes. */
  changed(pcr: number): void {
    if (ruleOf(pcr).counts) this.updateCounter = (this.updateCounter + 1) >>> 0
  }

  /** Records the locality of Startup, or of an H-CRTM sequence (4), in PCR 0. */
  markStartup(locality: number): void {
    for (const hash of this.algorithms) {
      const value = new Uint8Array(digestSize(hash))
      value[value.length - 1] = locality
      this.set(hash, startupLocalityPcr, value)
    }
  }

  /** The selection without what is not allocated. */
  implemented(selections: TPML_PCR_SELECTION): TPML_PCR_SELECTION {
    return selections.map(({ hash, pcrSelect }) => {
      const allocated = this.#allocation.find((bank) => bank.hash === hash)?.pcrSelect
      return { hash, pcrSelect: pcrSelect.map((octet, at) => octet & (allocated?.[at] ?? 0)) }
    })
  }

  /** The digest of the selected values, in the selection's order (Part 1, 17.5). */
  digestOf(selections: TPML_PCR_SELECTION, hash: number): Uint8Array {
    const values: Uint8Array[] = []
    for (const selection of selections) {
      for (const pcr of selectedPcrs(selection)) {
        const value = this.value(selection.hash, pcr)
        if (value !== undefined) values.push(value)
      }
    }
    return digest(hash, ...values)
  }
}

function initialValue(pcr: number, size: number): Uint8Array {
  return new Uint8Array(size).fill(isDynamic(ruleOf(pcr)) ? 0xff : 0)
}
