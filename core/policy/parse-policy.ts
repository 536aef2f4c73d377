import { LineCounter, parseDocument } from 'yaml'
import { type BootPolicy } from './boot-policy.ts'
import { compilePolicy, PolicyFault } from './compile.ts'
import { PolicyError } from './policy-error.ts'
import { bootPolicySchema, policyLimits } from './schema.ts'
import { offsetOf } from './source-offset.ts'
import { yamlFault } from './yaml-fault.ts'

/**
 * Reads a BootPolicy. `source` is the file's name, for the error.
 * @throws PolicyError with line and column; nothing that is misspelt, empty, repeated or contradictory is let through.
 */
export function parsePolicy(text: string, source: string): BootPolicy {
  if (text.length > policyLimits.documentChars) throw new PolicyError(source, 1, 1, 'the document is too long')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', uniqueKeys: false })
  const failAt = (offset: number, reason: string): never => {
    const { line, col } = lines.linePos(offset)
    throw new PolicyError(source, Math.max(1, line), Math.max(1, col), reason)
  }
  const fail = (reason: string, path: readonly PropertyKey[], key?: string): never =>
    failAt(offsetOf(document, path, key), reason)

  const [error] = [...document.errors, ...document.warnings]
  if (error !== undefined) return failAt(error.pos[0], error.message)
  const fault = yamlFault(document)
  if (fault !== undefined) return failAt(fault.offset, fault.reason)

  const checked = bootPolicySchema.safeParse(document.toJS())
  if (!checked.success) {
    const [issue] = checked.error.issues
    if (issue === undefined) throw new TypeError('zod failed without an issue')
    if (issue.code === 'unrecognized_keys') return fail(issue.message, issue.path, issue.keys[0])
    if (issue.code === 'invalid_key') return fail(keyReason(issue), issue.path.slice(0, -1), String(issue.path.at(-1)))
    return fail(issue.message, issue.path)
  }
  try {
    return compilePolicy(checked.data)
  } catch (error) {
    if (error instanceof PolicyFault) return fail(error.message, error.path)
    throw error
  }
}

function keyReason(issue: { readonly issues: readonly { readonly message: string }[] }): string {
  return `not allowed as a key: ${issue.issues[0]?.message ?? 'invalid'}`
}
