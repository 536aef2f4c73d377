import { type VerifiedEvidence } from '../evidence/index.ts'
import { policyBanks } from './banks.ts'
import { type QuoteRule } from './boot-policy.ts'
import { type Reason } from './verdict.ts'

/**
 * What is wanted of a quote, where somebody has said it. A challenge asks for it; one that was made under another policy, or
 * the record of an earlier boot, may have less.
 */
export function quoteRules({ isWritten, banks, pcrs }: QuoteRule, evidence: VerifiedEvidence): readonly Reason[] {
  if (!isWritten) return []
  const missing = banks.filter((bank) => {
    const quoted = evidence.pcrs.banks.get(policyBanks[bank])
    return quoted === undefined || pcrs.some((pcr) => !quoted.has(pcr))
  })
  const quoted = [...evidence.pcrs.banks.values()]
  const gone = pcrs.filter((pcr) => !quoted.some((bank) => bank.has(pcr)))
  const faults = [
    ...(missing.length === 0 ? [] : [`not all of ${missing.join(', ')}`]),
    ...(gone.length === 0 ? [] : [`not PCR ${gone.join(', ')}`]),
  ]
  return [
    {
      code: 'quote/selection',
      passed: faults.length === 0,
      rule: 'quote',
      fact: faults.length === 0 ? 'all that is wanted' : faults.join('; '),
      wanted: [banks.join(', '), pcrs.length === 0 ? '' : `PCR ${pcrs.join(', ')}`].filter(Boolean).join(' of '),
      source: 'quote',
    },
  ]
}
