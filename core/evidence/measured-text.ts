import { encodeUtf16, untrustedTexts } from '../eventlog/index.ts'
import { isDigestOf } from './known-events.ts'
import { type MeasuredEvent } from './replayed-log.ts'

/** What loaders and stubs put behind a text before they hash it: nothing, a terminator, what ended the line in a file. */
const endings = ['', '\0', '\n', '\n\0', ' '] as const

/**
 * Only such text can be read in one way: the bytes of `init=/bin/sh` are Chinese to a reader of UTF-16, who would find no
 * word in it that is forbidden.
 */
const isPrintable = (text: string): boolean => /^[\x20-\x7e\t\n]*$/.test(text)

/** The bytes that a text may have been hashed as: UTF-16 by UEFI programs, else bytes. */
function formsOf(text: string): readonly Uint8Array[] {
  return endings.flatMap((ending) => [encodeUtf16(text + ending), new TextEncoder().encode(text + ending)])
}

/**
 * The text that was measured by an event: one of the claimed texts, or what the event says of itself, if the digest of it is
 * the one that was measured in every bank. A text that merely stands in a log is none.
 */
export function measuredText(event: MeasuredEvent, untrustedClaims: readonly string[]): string | undefined {
  const candidates = new Set([...untrustedTexts(event), ...untrustedClaims].filter(isPrintable))
  return [...candidates].find((text) => formsOf(text).some((form) => isDigestOf(event, form)))
}
