import { toHex } from '../bytes/index.ts'
import { type MeasuredEvent } from '../evidence/index.ts'
import { policyBanks, type AcceptedDigests, type PolicyBank } from './boot-policy.ts'

type Digests = ReadonlyMap<number, Uint8Array>

/** Whether every bank the policy names holds one of the digests it names there; a bank that was not quoted holds none. */
export function isAccepted(digests: Digests, accepted: AcceptedDigests): boolean {
  return [...accepted].every(([bank, values]) => {
    const digest = digests.get(policyBanks[bank])
    return digest !== undefined && values.includes(toHex(digest))
  })
}

/** The digests in words, in the banks the policy names, or in all of them where it names none. */
export function digestText(digests: Digests, banks: Iterable<PolicyBank> = bankNames): string {
  const texts = [...banks].flatMap((bank) => {
    const digest = digests.get(policyBanks[bank])
    return digest === undefined ? [] : [`${bank} ${toHex(digest)}`]
  })
  return texts.length === 0 ? 'not quoted' : texts.join(', ')
}

/** What is accepted in words, shortened: the policy itself has the whole list. */
export function acceptedText(accepted: AcceptedDigests): string {
  return [...accepted].map(([bank, values]) => `${bank} ${shortList(values)}`).join(', and ')
}

/** Where an event stands. */
export function sourceText({ log, index, pcr }: MeasuredEvent): string {
  return `${log} log, event ${index}, PCR ${pcr}`
}

export const bankNames = Object.keys(policyBanks) as readonly PolicyBank[]

const shownValues = 4

function shortList(values: readonly string[]): string {
  const shown = values.slice(0, shownValues).join(' or ')
  return values.length > shownValues ? `${shown} or one of ${values.length - shownValues} more` : shown
}
