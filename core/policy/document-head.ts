import { z } from 'zod'
import { readDocument } from '../document/index.ts'
import { documentKinds, type DocumentKind } from './parse-policy.ts'
import { PolicyError } from './policy-error.ts'
import { policyLimits } from './rule-schema.ts'
import { policyName } from './schema-words.ts'

const schema = z.looseObject({ kind: z.enum(documentKinds), name: policyName })

/**
 * What a document calls itself; the rest of it is not looked at.
 * @throws PolicyError with line and column.
 */
export function documentHead(text: string, source: string): { readonly kind: DocumentKind; readonly name: string } {
  const refuse = ({ line, column, reason }: { line: number; column: number; reason: string }) =>
    new PolicyError(source, line, column, reason)
  const { kind, name } = readDocument(text, { schema, maxCharacters: policyLimits.documentChars, refuse }).value
  return { kind, name }
}
