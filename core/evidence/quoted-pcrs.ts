import { concat, equalInConstantTime } from '../bytes/index.ts'
import { digestAlgorithm, type PcrBanks } from '../eventlog/index.ts'
import { digest, digestSize, selectedPcrs } from '../tpm/index.ts'
import { EvidenceError } from './evidence-error.ts'
import { isSelectionOf, type PcrSelection } from './pcr-selection.ts'
import { type VerifiedQuote } from './verified-quote.ts'

declare const quoted: unique symbol

/** PCR values that a verified quote vouches for, and no others. */
export interface QuotedPcrs {
  readonly [quoted]: true
  readonly banks: PcrBanks
}

/**
 * Checks the values against the quote. Values sent for PCRs that were not asked for are left out: nothing vouches for them.
 * @throws EvidenceError `selection`, `pcr-missing`, `pcr-digest`.
 */
export function matchQuote(quote: VerifiedQuote, asked: PcrSelection, untrustedPcrs: PcrBanks): QuotedPcrs {
  if (!isSelectionOf(quote.pcrSelect, asked)) throw new EvidenceError('selection', missingBanks(quote, asked))
  const banks = new Map(
    quote.pcrSelect.map((bank) => {
      const values = selectedPcrs(bank).map((pcr) => [pcr, valueOf(untrustedPcrs, bank.hash, pcr)] as const)
      return [bank.hash, new Map(values)] as const
    }),
  )
  const values = [...banks.values()].flatMap((bank) => [...bank.values()])
  if (!equalInConstantTime(digest(quote.hash, concat(...values)), quote.pcrDigest))
    throw new EvidenceError('pcr-digest')
  return { banks } as unknown as QuotedPcrs
}

/** A TPM quotes nothing of a bank that it does not have (Part 3, 18.4): in words, since no other boot of it is ever better. */
function missingBanks({ pcrSelect }: VerifiedQuote, asked: PcrSelection): string {
  const quoted = pcrSelect.filter((bank) => selectedPcrs(bank).length > 0).map(({ hash }) => hash)
  const missing = asked.filter(({ hash, pcrs }) => pcrs.length > 0 && !quoted.includes(hash))
  if (missing.length === 0) return ''
  const names = missing.map(({ hash }) => digestAlgorithm(hash)?.name ?? `0x${hash.toString(16)}`)
  return `nothing of bank ${names.join(', ')}, which the TPM does not have or has turned off`
}

function valueOf(untrustedPcrs: PcrBanks, hash: number, pcr: number): Uint8Array {
  const value = untrustedPcrs.get(hash)?.get(pcr)
  if (value?.length !== digestSize(hash))
    throw new EvidenceError('pcr-missing', `PCR ${pcr} of bank 0x${hash.toString(16)}`)
  return value
}
