import { readFileSync } from 'node:fs'
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { ConfigError } from './config-error.ts'
import { configSchema, type ServerConfig } from './schema.ts'

const largestFileBytes = 64 * 1024

/**
 * Reads and checks a configuration file.
 * @throws ConfigError naming the file, and line and column where it has one.
 */
export function readConfig(file: string): ServerConfig {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ConfigError({ file }, `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, {
      cause,
    })
  }
  return parseConfig(text, file)
}

/**
 * Checks the text of a configuration file.
 * @throws ConfigError
 */
export function parseConfig(text: string, file: string): ServerConfig {
  if (text.length > largestFileBytes) throw new ConfigError({ file }, `larger than ${largestFileBytes} bytes`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, prettyErrors: false })
  const fail = (offset: number | undefined, reason: string): never => {
    if (offset === undefined) throw new ConfigError({ file }, reason)
    const { line, col } = lines.linePos(offset)
    throw new ConfigError({ file, line, column: col }, reason)
  }

  // A warning is about something the reader would otherwise guess at.
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem !== undefined) return fail(problem.pos[0], problem.message)
  if (!isMap(document.contents)) return fail(undefined, 'expected a mapping')

  const checked = configSchema.safeParse(document.toJS({ maxAliasCount: 0 }))
  if (checked.success) return checked.data
  const issue = innermost(checked.error.issues[0])
  if (issue === undefined) return fail(undefined, 'not a configuration')
  const path = issue.keys?.[0] === undefined ? issue.path : [...issue.path, issue.keys[0]]
  return fail(
    offsetOf(document, path),
    `${path.map(String).join('.')}: ${issue.keys === undefined ? issue.message : 'unknown key'}`,
  )
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
  readonly errors?: readonly (readonly Issue[])[]
}

/** Of a union, the branch that went furthest: what the writer most likely meant. */
function innermost(issue: Issue | undefined): Issue | undefined {
  const branches = issue?.errors?.flatMap((branch) => branch.slice(0, 1).map((inner) => innermost(inner))) ?? []
  if (issue === undefined || branches.length === 0) return issue
  const depth = (inner: Issue | undefined): number =>
    inner === undefined ? -1 : inner.path.length + (inner.keys === undefined ? 0 : 1)
  const deepest = branches.reduce((best, inner) => (depth(inner) > depth(best) ? inner : best))
  return deepest === undefined || depth(deepest) === 0 ? issue : { ...deepest, path: [...issue.path, ...deepest.path] }
}

/** Where the last part of the path that is there begins in the text. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = document.contents
  let offset = isNode(node) ? node.range?.[0] : undefined
  for (const step of path) {
    const child: unknown = isMap(node)
      ? node.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === step)
      : isNode(node) && 'items' in node && Array.isArray(node.items) && typeof step === 'number'
        ? (node.items as unknown[])[step]
        : undefined
    if (isPair(child)) {
      offset = isNode(child.key) ? child.key.range?.[0] : offset
      node = child.value
    } else if (isNode(child)) {
      offset = child.range?.[0]
      node = child
    } else return offset
  }
  return offset
}
