import { readFile, writeFile } from 'node:fs/promises'
import { Failure } from './failure.ts'
import { printable } from './printable.ts'

/** The server refuses more; said here before it is sent. */
const longestPolicyBytes = 1024 * 1024

/** A policy as its author wrote it, with the name that error messages give it. */
export interface PolicySource {
  readonly document: string
  readonly source: string
}

/**
 * Reads a policy from a file, or with `-` from standard input.
 * @throws Failure file/unreadable
 */
export async function readPolicy(path: string, readInput: () => Promise<string>): Promise<PolicySource> {
  const fromInput = path === '-'
  let document: string
  try {
    document = fromInput ? await readInput() : await readFile(path, 'utf8')
  } catch (cause) {
    throw new Failure('file/unreadable', `cannot read ${path}: ${(cause as Error).message}`, { cause })
  }
  if (Buffer.byteLength(document) > longestPolicyBytes) {
    throw new Failure('file/unreadable', `${path} is larger than a policy may be (1 MiB)`)
  }
  return { document, source: fromInput ? 'standard input' : path }
}

/** What a preview has given, written as `--save` writes it or as it is. */
const previewedForm = /^pv1(?:\.[0-9A-Za-z_-]+)+$/

/**
 * Reads what a preview was computed on: the text itself, or a file that holds it.
 * @throws Failure file/unreadable
 */
export async function readPreviewed(textOrPath: string): Promise<string> {
  if (previewedForm.test(textOrPath)) return textOrPath
  const { document } = await readPolicy(textOrPath, () => Promise.resolve(''))
  const text = document.trim()
  if (!previewedForm.test(text))
    throw new Failure('file/unreadable', `${textOrPath} is not what policy preview --save writes`)
  return text
}

/**
 * Writes a policy to a file that does not exist.
 * @throws Failure file/not-written
 */
export async function writeNewPolicy(path: string, document: string): Promise<void> {
  try {
    await writeFile(path, document, { flag: 'wx' })
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    throw new Failure(
      'file/not-written',
      exists ? `${path} exists already` : `cannot write ${path}: ${(cause as Error).message}`,
      {
        cause,
        advice: exists ? ['Choose another file, or remove this one first.'] : [],
      },
    )
  }
}

/** Quotes the line that a message `file:line:column: …` names, with a mark under the column. */
export function quotePlace(message: string, document: string): readonly string[] {
  const place = /:([1-9][0-9]{0,6}):([1-9][0-9]{0,6}):/.exec(message)
  if (place === null) return []
  const [number, column] = [Number(place[1]), Number(place[2])]
  const line = document.split(/\r?\n/)[number - 1]
  if (line === undefined) return []
  const gutter = `${number} | `
  const before = printable(line.slice(0, column - 1))
  return [`${gutter}${printable(line)}`, `${' '.repeat(gutter.length + before.length)}^`]
}
