/**
 * A text without those of the characters that stand at its end. A pattern that is anchored there is tried at each place of
 * the text, which takes quadratic time where they stand in its middle.
 */
export function trimEnd(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--
  return text.slice(0, end)
}
