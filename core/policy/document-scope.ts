import { z } from 'zod'
import { readDocument } from '../document/index.ts'
import { PolicyError } from './policy-error.ts'
import { policyLimits } from './rule-schema.ts'
import { policyName } from './schema-words.ts'
import { mostSigners } from './signers.ts'

const names = z.array(policyName).default([])
const schema = z.looseObject({
  machines: names,
  groups: names,
  parent: policyName.optional(),
  policy: policyName.optional(),
  changes: z.looseObject({ signatures: z.int().min(1).max(mostSigners) }).optional(),
})

/** Whom a document is for, what it hangs on, and who has to sign for it, by its own words. */
export type DocumentScope = Readonly<
  Pick<z.output<typeof schema>, 'machines' | 'groups' | 'parent' | 'policy' | 'changes'>
>

/** The scope of a document of which nothing else can be read; undefined where not even that can. */
export function documentScope(text: string): DocumentScope | undefined {
  const refuse = ({ line, column, reason }: { line: number; column: number; reason: string }) =>
    new PolicyError('', line, column, reason)
  try {
    return readDocument(text, { schema, maxCharacters: policyLimits.documentChars, refuse }).value
  } catch (error) {
    if (error instanceof PolicyError) return undefined
    throw error
  }
}
