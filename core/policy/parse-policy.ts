import { LineCounter, parseDocument, visit, type Document } from 'yaml'
import { type BootPolicy } from './boot-policy.ts'
import { compilePolicy, PolicyFault } from './compile.ts'
import { PolicyError } from './policy-error.ts'
import { bootPolicySchema, policyLimits } from './schema.ts'
import { positionOf } from './source-position.ts'

/**
 * Reads a BootPolicy. `source` is the file's name, for the error.
 * @throws PolicyError with line and column; nothing that is misspelt, empty, repeated or contradictory is let through.
 */
export function parsePolicy(text: string, source: string): BootPolicy {
  if (text.length > policyLimits.documentChars) throw new PolicyError(source, 1, 1, 'the document is too long')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', uniqueKeys: true })
  const fail = (reason: string, path: readonly PropertyKey[], key?: string): never => {
    const { line, column } = positionOf(document, lines, path, key)
    throw new PolicyError(source, line, column, reason)
  }

  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0])
    throw new PolicyError(source, Math.max(1, line), Math.max(1, col), fault.message)
  }

  const alias = firstAlias(document)
  if (alias !== undefined) {
    const { line, col } = lines.linePos(alias)
    throw new PolicyError(source, line, col, 'aliases are not allowed')
  }

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

/** Aliases are refused: a short text could stand for a huge one. */
function firstAlias(document: Document.Parsed): number | undefined {
  let at: number | undefined
  visit(document, {
    Alias(_, { range }) {
      at = range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return at
}

function keyReason(issue: { readonly issues: readonly { readonly message: string }[] }): string {
  return `not allowed as a key: ${issue.issues[0]?.message ?? 'invalid'}`
}
