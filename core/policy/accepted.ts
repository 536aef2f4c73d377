import { toHex } from '../bytes/index.ts'
import { bankNames, policyBanks, type PolicyBank } from './banks.ts'

/** What was measured, by TPM_ALG_ID of the bank. */
export type Digests = ReadonlyMap<number, Uint8Array>

/** A value that may be measured: its digest (lower-case hex) in each bank in which it is known. */
export interface ReferenceValue {
  /** What it is, in words of whoever published it: `6.1.0-30`. */
  readonly version: string
  readonly digests: ReadonlyMap<PolicyBank, string>
}

/** A named set of values, ready to be looked up. */
export interface ReferenceSet {
  /** `document/set`. */
  readonly name: string
  readonly size: number
  /** By digest; the same digest may stand for several values. */
  readonly byDigest: ReadonlyMap<string, readonly ReferenceValue[]>
}

/**
 * What a rule accepts: one of the digests that are written in it, in every bank in which it names some; or a value of one of
 * the sets it refers to, in every quoted bank that the value is known in.
 */
export interface AcceptedDigests {
  readonly written: ReadonlyMap<PolicyBank, ReadonlySet<string>>
  readonly references: readonly ReferenceSet[]
}

/** A bank that was not quoted fits nothing that is written. */
export function isAccepted(digests: Digests, { written, references }: AcceptedDigests): boolean {
  if (written.size > 0 && isWritten(digests, written)) return true
  return references.some((set) => referenceOf(digests, set) !== undefined)
}

function isWritten(digests: Digests, written: AcceptedDigests['written']): boolean {
  for (const [bank, values] of written) if (!values.has(hexOf(digests, bank))) return false
  return true
}

/** The value of a set that was measured: known in one of the quoted banks, and contradicted by none. */
export function referenceOf(digests: Digests, { byDigest }: ReferenceSet): ReferenceValue | undefined {
  const candidates = bankNames.flatMap((bank) => byDigest.get(hexOf(digests, bank)) ?? [])
  return candidates.find((value) =>
    [...value.digests].every(([bank, digest]) => ['', digest].includes(hexOf(digests, bank))),
  )
}

/** The digests in words: in the banks that the rule names, or in all. */
export function digestText(digests: Digests, accepted?: AcceptedDigests): string {
  const banks = accepted === undefined || accepted.written.size === 0 ? bankNames : accepted.written.keys()
  let text = ''
  for (const bank of banks) {
    const digest = hexOf(digests, bank)
    if (digest !== '') text += `${text === '' ? '' : ', '}${bank} ${digest}`
  }
  if (text === '') return 'not quoted'
  for (const set of accepted?.references ?? []) {
    const value = referenceOf(digests, set)
    if (value !== undefined) text += `, ${value.version} of ${set.name}`
  }
  return text
}

/** A rule says the same of every boot. */
const acceptedTexts = new WeakMap<AcceptedDigests, string>()

/** What is accepted in words, shortened: the policy itself has the whole list. */
export function acceptedText(accepted: AcceptedDigests): string {
  const text = acceptedTexts.get(accepted) ?? describe(accepted)
  acceptedTexts.set(accepted, text)
  return text
}

function describe({ written, references }: AcceptedDigests): string {
  const digests = [...written].map(([bank, values]) => `${bank} ${shortList([...values])}`).join(', and ')
  const sets = references.map(({ name, size }) => `one of the ${size} values of ${name}`)
  return [...(digests === '' ? [] : [digests]), ...sets].join('; or ')
}

const shownValues = 4

function shortList(values: readonly string[]): string {
  const shown = values.slice(0, shownValues).join(' or ')
  return values.length > shownValues ? `${shown} or one of ${values.length - shownValues} more` : shown
}

/** A digest is looked at by many rules, and for every policy that judges a boot. */
const texts = new WeakMap<Uint8Array, string>()

function hexOf(digests: Digests, bank: PolicyBank): string {
  const digest = digests.get(policyBanks[bank])
  if (digest === undefined) return ''
  const text = texts.get(digest) ?? toHex(digest)
  texts.set(digest, text)
  return text
}
