import { open, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { Failure, type LocalCode } from './failure.ts'
import { Page, type Cell } from './page.ts'
import { printableJson } from './printable.ts'
import type { World } from './session.ts'

/** One command at work that asks no server. */
export class OfflineSession {
  readonly #world: World
  readonly #json: boolean

  constructor(world: World, json: boolean) {
    this.#world = world
    this.#json = json
  }

  /** The command's answer on stdout: as it is with `--json`, otherwise as `describe` tells it to a person. */
  answer(outside: unknown, describe: (page: Page) => unknown): void {
    const { out, outColours, columns } = this.#world.terminal
    const page = new Page({ colours: outColours, columns })
    if (!this.#json) describe(page)
    out(this.#json ? `${printableJson(outside, 2)}\n` : page.text)
  }

  /** A line for a person beside the answer, on stderr; a program that reads `--json` is spared. */
  note(...cells: readonly Cell[]): void {
    const { err, errColours, columns } = this.#world.terminal
    if (!this.#json) err(new Page({ colours: errColours, columns }).line(...cells).text)
  }
}

type Work<Arguments, Options> = (session: OfflineSession, given: Arguments, options: Options) => Promise<void>

/** Makes a command that works on files alone. */
export function offline<Arguments extends readonly unknown[], Options extends object>(
  command: Command,
  world: World,
  work: Work<Arguments, Options>,
): Command {
  return command.option('--json', 'answer in JSON on stdout, errors in JSON on stderr').action(async () => {
    const options = command.opts<Options & { readonly json?: true }>()
    await work(new OfflineSession(world, options.json ?? false), command.processedArgs as unknown as Arguments, options)
  })
}

/**
 * Reads a file that has at most `limitBytes`. The size is not asked for: files below /sys have none before they are read.
 * @throws Failure file/unreadable
 */
export async function readLimited(path: string, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    const file = await open(path)
    for await (const chunk of file.createReadStream()) {
      const bytes = chunk as Uint8Array
      size += bytes.length
      if (size > limitBytes) throw new Error(`larger than ${limitBytes} bytes`)
      chunks.push(bytes)
    }
  } catch (cause) {
    throw new Failure('file/unreadable', `cannot read ${path}: ${(cause as Error).message}`, { cause })
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/**
 * Runs a reader of a file's content and says of its error which file it was, unless the error says it.
 * @throws Failure with the code
 */
export async function refusing<T>(code: LocalCode, path: string | undefined, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    const { message } = cause as Error
    throw new Failure(code, path === undefined ? message : `${path}: ${message}`, { cause })
  }
}

/**
 * Writes what a command made to a file, over one that is there.
 * @throws Failure file/not-written
 */
export async function writeOver(path: string, contents: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, contents)
  } catch (cause) {
    throw new Failure('file/not-written', `cannot write ${path}: ${(cause as Error).message}`, { cause })
  }
}
