import { toHex } from '../../core/bytes/index.ts'
import { type AnyCommand, RC, TpmResponseError } from '../../core/tpm/index.ts'
import { isKnownDifference, isOtherReason } from './known-differences.ts'
import { difference } from './same-answers.ts'
import { type Outcome, step } from './step.ts'
import { type Powered, World } from './world.ts'

/** Two TPMs that answered the same commands differently, with these commands. */
export class DifferenceError extends Error {
  override readonly name = 'DifferenceError'
  constructor(found: string, log: readonly string[]) {
    super([`${found}, after`, ...log].join('\n'))
  }
}

const pcrHandles = 24

interface PairOptions {
  /** Whether both may refuse a command for different reasons. */
  readonly anyReason?: boolean
  /** Is told what both gave the same response code for. */
  readonly onAnswer?: (command: Uint8Array, response: Uint8Array) => void
}

/** A command that swtpm takes for more than one (its buffer). */
const longestCommand = 4096

/** Two TPMs in the same state, which get the same commands, each with its own handles, names and secrets. */
export class Pair {
  readonly #own: World
  readonly #reference: World
  readonly #menu: readonly AnyCommand[]
  /** Whatever was told to these differed, so their answers may. */
  readonly #tainted = new Set<number>()
  readonly #log: string[] = []
  readonly #options: PairOptions

  constructor(own: Powered, reference: Powered, menu: readonly AnyCommand[], options: PairOptions = {}) {
    this.#own = new World(own)
    this.#reference = new World(reference)
    this.#menu = menu
    this.#options = options
  }

  /**
   * Gives both the command that the bytes make up; false if they can no longer be held against each other.
   * @throws DifferenceError
   */
  async step(bytes: Uint8Array): Promise<boolean> {
    const own = await this.#run(this.#own, bytes)
    const reference = await this.#run(this.#reference, bytes)
    if (own === undefined || reference === undefined) return false
    this.#log.push(line(own, reference))
    if (own.rc === reference.rc) this.#options.onAnswer?.(reference.sent, reference.received)
    const isTainted = this.#taint(own, reference)
    const found = difference(own, reference, isTainted)
    if (reference.rc === RC.failure && own.rc !== RC.success) return false
    if (found === undefined) return true
    if (this.#options.anyReason === true && isOtherReason(own, reference)) return true
    if (isKnownDifference(own, reference)) return false
    throw new DifferenceError(`${own.command.name}: ${found}`, this.#log)
  }

  /** Undefined where a TPM has no slot left to look at what it holds. */
  async #run(world: World, bytes: Uint8Array): Promise<Outcome | undefined> {
    try {
      return await step(world, this.#menu, bytes)
    } catch (error) {
      if (error instanceof TpmResponseError && error.rc === RC.objectMemory) return undefined
      if (world.sent.length > longestCommand) return undefined
      const [sent, received] = [toHex(world.sent), toHex(world.received)]
      throw new DifferenceError(`${String(error)} at ${sent} -> ${received}`, this.#log)
    }
  }

  #taint(own: Outcome, reference: Outcome): boolean {
    const touched = [...own.touched, ...(own.command.name.includes('PCR') ? pcrs : [])]
    const isTainted = toHex(own.input) !== toHex(reference.input) || touched.some((handle) => this.#tainted.has(handle))
    for (const handle of own.touched) if (isTainted) this.#tainted.add(handle)
    const made = own.values?.['handle']
    if (typeof made === 'number') this.#tainted[isTainted ? 'add' : 'delete'](made)
    return isTainted
  }
}

const pcrs = Array.from({ length: pcrHandles }, (_, at) => at)

const line = (own: Outcome, reference: Outcome): string => {
  const isSame = toHex(own.sent) === toHex(reference.sent)
  const codes = own.rc === reference.rc ? own.rc.toString(16) : `${own.rc.toString(16)} / ${reference.rc.toString(16)}`
  const sent = isSame ? toHex(own.sent) : `${toHex(own.sent)} / ${toHex(reference.sent)}`
  return `  ${own.command.name} ${codes}: ${sent}`
}
