import { readDocument, type DocumentFault } from '../document/index.ts'
import { type BootPolicy } from './boot-policy.ts'
import { compilePolicy, PolicyFault } from './compile.ts'
import { PolicyError } from './policy-error.ts'
import { bootPolicySchema, policyLimits } from './schema.ts'

/**
 * Reads a BootPolicy. `source` is the file's name, for the error.
 * @throws PolicyError with line and column; nothing that is misspelt, empty, repeated or contradictory is let through.
 */
export function parsePolicy(text: string, source: string): BootPolicy {
  const refuse = ({ line, column, reason }: DocumentFault): PolicyError => new PolicyError(source, line, column, reason)
  const { value, faultAt } = readDocument(text, {
    schema: bootPolicySchema,
    maxCharacters: policyLimits.documentChars,
    refuse,
  })
  try {
    return compilePolicy(value)
  } catch (error) {
    if (error instanceof PolicyFault) throw refuse(faultAt(error.path, error.message))
    throw error
  }
}
