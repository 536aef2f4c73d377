import { type Word } from './script.ts'

/** The arguments that words stand for: what comes from an unquoted variable is split at blanks, and may be no argument at all. */
export function argumentsOf(words: readonly Word[], variable: (name: string) => string): readonly string[] {
  return words.flatMap((word) => expanded(word, variable))
}

function expanded({ parts, isQuoted }: Word, variable: (name: string) => string): readonly string[] {
  const found: string[] = []
  let current = ''
  let isArgument = isQuoted
  for (const part of parts) {
    if (part.kind === 'text' || part.isQuoted) {
      current += part.kind === 'text' ? part.text : variable(part.name)
      isArgument ||= part.kind === 'text'
      continue
    }
    const pieces = variable(part.name).split(/[ \t\n]+/)
    for (const [i, piece] of pieces.entries()) {
      if (i > 0 && (isArgument || current !== '')) {
        found.push(current)
        current = ''
        isArgument = false
      }
      current += piece
    }
  }
  return isArgument || current !== '' ? [...found, current] : found
}
