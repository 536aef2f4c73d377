/**
 * `make fuzz`: sequences of commands for FUZZ_MINUTES (5), each against our TPM alone and, where swtpm is installed,
 * beside it. Prints every difference once, as short as it could be made; keeps commands that met a new response code in
 * test/fuzz/corpus. Ends with 1 if there was a difference.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FreshSwtpm } from '../e2e/tpm-tools/fresh-swtpm.ts'
import { startSwtpm, type TpmProcess } from '../e2e/tpm-tools/tpm-process.ts'
import { Corpus } from './corpus.ts'
import { menuOf } from './menu.ts'
import { startNewTpm } from './new-tpm.ts'
import { DifferenceError, Pair } from './pair.ts'
import type { Powered } from './world.ts'

const minutes = Number(process.env['FUZZ_MINUTES'] ?? 5)
const anyReason = process.env['FUZZ_REASONS'] === undefined
const stepBytes = 128
const maxSteps = 40

type Sequence = readonly Uint8Array[]

/** Plays sequences on our TPM and on a reference, which is another of ours where there is no swtpm. */
class Game {
  readonly #swtpm: FreshSwtpm | undefined
  readonly #corpus: Corpus
  readonly #menu = menuOf()
  commands = 0

  constructor(swtpm: FreshSwtpm | undefined, corpus: Corpus) {
    this.#swtpm = swtpm
    this.#corpus = corpus
  }

  /** The difference that a sequence shows, if any. */
  async play(sequence: Sequence): Promise<string | undefined> {
    const pair = new Pair((await startNewTpm()).transport, await this.#reference(), this.#menu, {
      anyReason,
      onAnswer: (command, response) => {
        this.commands += 1
        this.#corpus.offer(command, response)
      },
    })
    try {
      for (const each of sequence) if (!(await pair.step(each))) break
      return undefined
    } catch (error) {
      if (error instanceof DifferenceError) return error.message
      throw error
    }
  }

  async #reference(): Promise<Powered> {
    if (this.#swtpm === undefined) return (await startNewTpm()).transport
    await this.#swtpm.renew()
    return this.#swtpm
  }

  /** The same difference by fewer commands. */
  async shorten(sequence: Sequence, message: string): Promise<string> {
    let [shortest, found] = [sequence, message]
    for (let at = sequence.length - 1; at >= 0; at--) {
      const shorter = shortest.filter((_, index) => index !== at)
      const again = await this.play(shorter)
      if (again !== undefined && kindOf(again) === kindOf(message)) [shortest, found] = [shorter, again]
    }
    return found
  }
}

/** What makes two differences the same one. */
const kindOf = (message: string): string => message.split(/ at |\n/)[0]?.replace(/[0-9a-f]{20,}/g, '') ?? ''

const randomSequence = (): Sequence => Array.from({ length: maxSteps }, () => new Uint8Array(randomBytes(stepBytes)))

async function swtpmIn(folder: string): Promise<TpmProcess | undefined> {
  return spawnSync('swtpm', ['--version']).error === undefined ? startSwtpm(folder) : undefined
}

const folder = mkdtempSync(join(tmpdir(), 'bootlatch-fuzz-'))
const swtpm = await swtpmIn(folder)
const fresh = swtpm === undefined ? undefined : await FreshSwtpm.over(swtpm)
const corpus = new Corpus(join(import.meta.dirname, 'corpus'))
const game = new Game(fresh, corpus)
const differences = new Map<string, string>()
try {
  const end = Date.now() + minutes * 60_000
  while (Date.now() < end) {
    const sequence = randomSequence()
    const message = await game.play(sequence)
    if (message === undefined || differences.has(kindOf(message))) continue
    differences.set(kindOf(message), await game.shorten(sequence, message))
    console.log(differences.get(kindOf(message)))
  }
} finally {
  fresh?.close()
  await swtpm?.end('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
const beside = fresh === undefined ? 'swtpm is not installed' : 'beside swtpm'
console.log(`${game.commands} commands ${beside}: ${differences.size} differences, ${corpus.added} new inputs kept`)
process.exitCode = differences.size === 0 ? 0 : 1
