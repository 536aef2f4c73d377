import { LineCounter, parseDocument } from 'yaml'
import { type z } from 'zod'
import { narrowest } from './narrowest-issue.ts'
import { offsetOf } from './source-offset.ts'
import { misleadingCharacter, yamlFault } from './yaml-fault.ts'

/** What is wrong in a document, and where. Line and column are counted from 1. */
export interface DocumentFault {
  readonly line: number
  readonly column: number
  /** The value that is wrong; empty where it is the document as a whole, or its form. */
  readonly path: readonly PropertyKey[]
  /** The key of the value at the path that is wrong, where it is not the value. */
  readonly key?: string
  /** Whether that key is one that nobody knows. */
  readonly isUnknownKey: boolean
  readonly reason: string
}

/** A document that has the form it must have. */
export interface ReadDocument<Value> {
  readonly value: Value
  /** The fault that the value at a path is, for rules that no schema can state. */
  readonly faultAt: (path: readonly PropertyKey[], reason: string) => DocumentFault
}

interface Rules<Value> {
  readonly schema: z.ZodType<Value>
  /** Refused before anything is parsed. */
  readonly maxCharacters: number
  /** Makes the error to throw. */
  readonly refuse: (fault: DocumentFault) => Error
}

/**
 * Reads one YAML document strictly: no directive, tag or alias, no repeated key, no character that is shown as something else,
 * no warning left unsaid, and nothing that the schema does not know.
 * @throws what `refuse` makes of the first fault.
 */
export function readDocument<Value>(
  text: string,
  { schema, maxCharacters, refuse }: Rules<Value>,
): ReadDocument<Value> {
  const whole = { line: 1, column: 1, path: [], isUnknownKey: false }
  if (text.length > maxCharacters) throw refuse({ ...whole, reason: `too long: more than ${maxCharacters} characters` })
  const lines = new LineCounter()
  // The library's own search for repeated keys takes quadratic time; yamlFault does it.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', uniqueKeys: false })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }

  const [malformed] = [...document.errors, ...document.warnings]
  if (malformed !== undefined) throw refuse({ ...whole, ...place(malformed.pos[0]), reason: malformed.message })
  const fault = misleadingCharacter(text) ?? yamlFault(document)
  if (fault !== undefined) throw refuse({ ...whole, ...place(fault.offset), reason: fault.reason })

  const faultAt = (path: readonly PropertyKey[], reason: string) => ({
    ...place(offsetOf(document, path)),
    path,
    isUnknownKey: false,
    reason,
  })
  const checked = schema.safeParse(document.toJS())
  if (checked.success) return { value: checked.data, faultAt }
  const issue = narrowest(checked.error.issues)
  throw refuse({ ...issue, ...place(offsetOf(document, issue.path, issue.key)) })
}
