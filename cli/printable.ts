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
