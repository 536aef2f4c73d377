import { readDocument } from '../document/index.ts'
import { type BootDescription, bootDescriptionSchema } from './boot-description.ts'

const maxDescriptionCharacters = 64 << 10

/** A boot description that cannot be used; line and column are counted from 1. */
export class BootDescriptionError extends Error {
  override readonly name = 'BootDescriptionError'
  readonly line: number
  readonly column: number
  constructor(source: string, place: { readonly line: number; readonly column: number }, reason: string) {
    super(`${source}:${place.line}:${place.column}: ${reason}`)
    this.line = place.line
    this.column = place.column
  }
}

/**
 * Reads a boot description. Unknown keys, repeated keys, aliases and empty lists are refused.
 * @throws BootDescriptionError with the place in `source`.
 */
export function parseBootDescription(text: string, source: string): BootDescription {
  const { value } = readDocument(text, {
    schema: bootDescriptionSchema,
    maxCharacters: maxDescriptionCharacters,
    refuse: ({ path, reason, ...place }) =>
      new BootDescriptionError(source, place, path.length > 0 ? `${path.map(String).join('.')}: ${reason}` : reason),
  })
  return value
}
