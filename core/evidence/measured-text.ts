import { toHex } from '../bytes/index.ts'
import { encodeUtf16, untrustedTexts } from '../eventlog/index.ts'
import { digest } from '../tpm/index.ts'
import { isDigestOf } from './known-events.ts'
import { type MeasuredEvent } from './measured-event.ts'

/** What loaders and stubs put behind a text before they hash it: nothing, a terminator, what ended the line in a file. */
const endings = ['', '\0', '\n', '\n\0', ' '] as const
const formsOfText = 2 * endings.length

/**
 * Only such text can be read in one way: the bytes of `init=/bin/sh` are Chinese to a reader of UTF-16, who would find no
 * word in it that is forbidden.
 */
const isPrintable = (text: string): boolean => /^[\x20-\x7e\t\n]*$/.test(text)

/** The bytes that a text may have been hashed as: UTF-16 by UEFI programs, else bytes. */
function formsOf(text: string): readonly Uint8Array[] {
  return endings.flatMap((ending) => [encodeUtf16(text + ending), new TextEncoder().encode(text + ending)])
}

/** By bank: which of the forms of some texts has a digest, counted over all of them in their order. */
type Forms = Map<number, ReadonlyMap<string, number>>

/** The texts of a policy and of a request stand against every event: they are hashed once, not once for each. */
const known = new WeakMap<readonly string[], Forms>()

function formsByDigest(texts: readonly string[], hash: number): ReadonlyMap<string, number> {
  const banks = known.get(texts) ?? new Map<number, ReadonlyMap<string, number>>()
  known.set(texts, banks)
  const forms = banks.get(hash) ?? hashedForms(texts, hash)
  banks.set(hash, forms)
  return forms
}

function hashedForms(texts: readonly string[], hash: number): ReadonlyMap<string, number> {
  const forms = new Map<string, number>()
  texts.forEach((text, at) => {
    if (!isPrintable(text)) return
    formsOf(text).forEach((form, ordinal) => {
      const key = toHex(digest(hash, form))
      if (!forms.has(key)) forms.set(key, at * formsOfText + ordinal)
    })
  })
  return forms
}

/** The text whose digest, in one form, was measured in every bank. */
function textAmong(texts: readonly string[], { digests }: MeasuredEvent): string | undefined {
  if (texts.length === 0) return undefined
  const found = new Set([...digests].map(([hash, measured]) => formsByDigest(texts, hash).get(toHex(measured))))
  const [form] = found
  return found.size === 1 && form !== undefined ? texts[Math.floor(form / formsOfText)] : undefined
}

/**
 * The text that was measured by an event: what the event says of itself, or one of the claimed texts, if the digest of it is
 * the one that was measured in every bank. A text that merely stands in a log is none.
 */
export function measuredText(
  event: MeasuredEvent,
  ...untrustedClaims: readonly (readonly string[])[]
): string | undefined {
  const own = untrustedTexts(event)
    .filter(isPrintable)
    .find((text) => formsOf(text).some((form) => isDigestOf(event, form)))
  if (own !== undefined) return own
  for (const texts of untrustedClaims) {
    const text = textAmong(texts, event)
    if (text !== undefined) return text
  }
  return undefined
}
