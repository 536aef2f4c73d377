import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, toHex } from '../../core/bytes/index.ts'
import { CC } from '../../core/tpm/index.ts'

/** Commands worth sending again: one for each response code that each command ever met. A file of hex lines a command code. */
export class Corpus {
  readonly #folder: string
  readonly #known = new Set<string>()
  added = 0

  constructor(folder: string) {
    this.#folder = folder
    if (!existsSync(folder)) mkdirSync(folder)
    for (const { outcome } of this.#lines()) this.#known.add(outcome)
  }

  /** Keeps a command that met what none before it did. */
  offer(command: Uint8Array, response: Uint8Array): void {
    if (command.length < headerBytes || command.length > maxKeptBytes) return
    const outcome = outcomeOf(wordOf(command), wordOf(response))
    if (this.#known.has(outcome)) return
    this.#known.add(outcome)
    this.added += 1
    const line = `${wordOf(response)} ${toHex(command)}\n`
    writeFileSync(join(this.#folder, `${wordOf(command)}.hex`), line, { flag: 'a' })
  }

  /** Every command kept. */
  get commands(): readonly Uint8Array[] {
    return this.#lines().map(({ command }) => command)
  }

  #lines(): readonly { readonly outcome: string; readonly command: Uint8Array }[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('.hex'))
      .flatMap((name) =>
        readFileSync(join(this.#folder, name), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => {
            const [rc = '', hex = ''] = line.split(' ')
            return { outcome: outcomeOf(name.slice(0, -'.hex'.length), rc), command: fromHex(hex) }
          }),
      )
  }
}

/** All codes that are no command's are one. */
const outcomeOf = (code: string, rc: string): string =>
  `${commandCodes.has(parseInt(code, 16)) ? code : 'no command'} ${rc}`
const commandCodes: ReadonlySet<number> = new Set(Object.values(CC))

const headerBytes = 10
const maxKeptBytes = 256
const codeAt = 6
/** The command code of a command, the response code of a response, as hex. */
const wordOf = (bytes: Uint8Array): string => toHex(bytes.slice(codeAt, headerBytes)).replace(/^0{4,5}/, '')
