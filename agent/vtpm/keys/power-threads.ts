import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** One round of Miller-Rabin on n. */
export interface Power {
  /** DER of the RSAPublicKey whose raw operation raises to (n - 1) / 2 modulo n. */
  readonly key: Uint8Array
  /** As long as n, like n - 1. */
  readonly base: Uint8Array
  readonly minusOne: Uint8Array
}

/**
 * What a thread runs. Text, because Node loads a thread's program from a file of its own, which neither a bundle nor a
 * loader of TypeScript would find. A number that is 3 modulo 4 passes its round of Miller-Rabin if the power is 1 or -1.
 */
const program = `
  const { constants, createPublicKey, publicEncrypt } = require('node:crypto')
  const { parentPort } = require('node:worker_threads')
  const padding = constants.RSA_NO_PADDING
  const isOne = (power) => power.every((byte, at) => byte === (at === power.length - 1 ? 1 : 0))
  parentPort.on('message', ({ powers, wanted }) => {
    const found = powers.findIndex(({ key: der, base, minusOne }) => {
      const key = createPublicKey({ key: Buffer.from(der.buffer, der.byteOffset, der.length), format: 'der', type: 'pkcs1' })
      const power = publicEncrypt({ key, padding }, base)
      return (isOne(power) || power.equals(minusOne)) === wanted
    })
    for (const power of powers) for (const secret of Object.values(power)) secret.fill(0)
    parentPort.postMessage(found)
  })
`
/** A few thousand small numbers pass through. */
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 }

/**
 * Threads that do nothing but exponentiate. They start when there is work, take it in the order in which it comes, and
 * keep no process from ending.
 */
export class PowerThreads {
  readonly count: number
  readonly #idle: Worker[] = []
  readonly #waiting: ((worker: Worker) => void)[] = []
  #started = 0

  constructor(count: number) {
    this.count = count
  }

  /**
   * The first of the numbers that passes its round of Miller-Rabin (or, with `wanted` false, fails it); -1 if none does. The
   * powers are zeroed: a candidate that passes is half of a private key.
   */
  async first(powers: readonly Power[], wanted: boolean): Promise<number> {
    const worker = await this.#take()
    worker.ref()
    try {
      const answered = once(worker, 'message') as Promise<[number]>
      const own = powers.map(withBytesOfItsOwn)
      const moved = own.flatMap(({ key, base, minusOne }) => [key.buffer, base.buffer, minusOne.buffer])
      worker.postMessage({ powers: own, wanted }, moved)
      const [found] = await answered
      this.#giveBack(worker)
      return found
    } catch (error) {
      void worker.terminate()
      this.#replace()
      throw error
    } finally {
      for (const power of powers) for (const secret of Object.values(power) as Uint8Array[]) secret.fill(0)
    }
  }

  #take(): Worker | Promise<Worker> {
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    if (this.#started === this.count) return new Promise((resolve) => this.#waiting.push(resolve))
    this.#started += 1
    return newThread()
  }

  /** A thread is lost; whoever waits gets another. */
  #replace(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#started -= 1
    else next(newThread())
  }

  #giveBack(worker: Worker): void {
    const next = this.#waiting.shift()
    if (next !== undefined) {
      next(worker)
      return
    }
    worker.unref()
    this.#idle.push(worker)
  }
}

/** A message takes the whole buffer along in which bytes lie, with whatever lies beside them; these move, and leave no copy. */
const withBytesOfItsOwn = ({ key, base, minusOne }: Power) => ({
  key: Uint8Array.from(key),
  base: Uint8Array.from(base),
  minusOne: Uint8Array.from(minusOne),
})

const newThread = (): Worker => new Worker(program, { eval: true, resourceLimits })
