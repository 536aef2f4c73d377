/**
 * Shows text that came from a machine without letting it act on the reader's terminal: control, format and unassigned
 * characters (escape sequences, carriage returns, bidirectional overrides) appear as their number.
 */
export function printable(untrustedText: string): string {
  return untrustedText.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const number = character.codePointAt(0) ?? 0
    return `\\u{${number.toString(16)}}`
  })
}

const escaped = (character: string): string =>
  character.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** JSON that reads back as the same value and is as harmless on a terminal: JSON itself lets C1 controls through. */
export function printableJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent)
  return json.replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)
}
