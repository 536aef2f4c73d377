import { readFileSync } from 'node:fs'
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml'
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

  // An alias can make a small file a large configuration.
  visit(document, { Alias: (_, { range }) => fail(range?.[0], 'aliases are not read here') })

  const checked = configSchema.safeParse(document.toJS())
  if (checked.success) return checked.data
  const issues: readonly Issue[] = checked.error.issues
  // A misspelt key is the reason why another is missing.
  const issue = issues.find(({ keys }) => keys !== undefined) ?? issues[0]
  if (issue === undefined) return fail(undefined, 'not a configuration')
  const path = [...issue.path, ...(issue.keys ?? []).slice(0, 1)]
  return fail(offsetOf(document, path), `${path.map(String).join('.')}: ${reasonOf(issue)}`)
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
}

function reasonOf({ message, keys }: Issue): string {
  if (keys !== undefined) return 'unknown key'
  return message.endsWith('received undefined') ? 'missing' : message.replace(/^Invalid input: /, '')
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
