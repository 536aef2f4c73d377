import { type VerifiedEvidence } from '../evidence/index.ts'
import { type BootPolicy } from './boot-policy.ts'
import { acceptedText, digestText, isAccepted } from './accepted.ts'
import { type Reason } from './verdict.ts'

/** The PCR values the policy names, in every bank in which it names some. */
export function pcrRules(policy: Pick<BootPolicy, 'release'>, { pcrs }: VerifiedEvidence): readonly Reason[] {
  return [...policy.release.pcrs].map(([pcr, accepted]) => {
    const values = new Map<number, Uint8Array>()
    for (const [hash, bank] of pcrs.banks) {
      const value = bank.get(pcr)
      if (value !== undefined) values.set(hash, value)
    }
    return {
      code: 'pcr/value',
      passed: isAccepted(values, accepted),
      rule: `release.pcrs.${pcr}`,
      fact: digestText(values, accepted),
      wanted: acceptedText(accepted),
      source: `PCR ${pcr}`,
    }
  })
}
