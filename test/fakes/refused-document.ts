import { PolicyError } from '../../core/policy/index.ts'

/** What a document is refused for, and the text from the place that is named to the end of its line. */
export function refusalOf(text: string, read: (text: string) => unknown): readonly [reason: string, at: string] {
  try {
    read(text)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return [error.reason, text.split('\n')[error.line - 1]?.slice(error.column - 1) ?? '']
  }
  throw new Error('the document was not refused')
}
