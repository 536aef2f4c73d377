import { type VirtualTpm } from './virtual-tpm.ts'

/**
 * One TPM shared by many connections: commands take turns, power and cancellation do not wait for theirs.
 * A command that needs no promise gets none: with nobody before it, its response is there at once.
 */
export class SerialTpm {
  readonly #tpm: VirtualTpm
  #last: Promise<void> | undefined

  constructor(tpm: VirtualTpm) {
    this.#tpm = tpm
  }

  get powered(): boolean {
    return this.#tpm.powered
  }

  get tpmEstablished(): boolean {
    return this.#tpm.tpmEstablished
  }

  execute(command: Uint8Array, locality: number): Uint8Array | Promise<Uint8Array> {
    return this.inTurn((tpm) => tpm.execute(command, locality))
  }

  /** Runs an operation between two commands. */
  inTurn<Result>(operation: (tpm: VirtualTpm) => Result | Promise<Result>): Result | Promise<Result> {
    if (this.#last !== undefined) return this.#keep(this.#last.then(() => operation(this.#tpm)))
    const result = operation(this.#tpm)
    return result instanceof Promise ? this.#keep(result) : result
  }

  cancel(): void {
    this.#tpm.cancel()
  }

  /** On a TPM that is on, nothing happens. */
  async powerOn(): Promise<void> {
    await this.inTurn((tpm) => {
      if (!tpm.powered) return tpm.powerOn()
      return undefined
    })
  }

  /** Resolves when the command that was cut off has let go of the TPM. */
  async powerOff(): Promise<void> {
    this.#tpm.powerOff()
    await this.#last
  }

  /** Power off, then on: _TPM_Init. */
  async reset(powerOn: (tpm: VirtualTpm) => void | Promise<void> = (tpm) => tpm.powerOn()): Promise<void> {
    this.#tpm.powerOff()
    await this.inTurn(powerOn)
  }

  #keep<Result>(result: Promise<Result>): Promise<Result> {
    const done = (): void => {
      if (this.#last === settled) this.#last = undefined
    }
    const settled = result.then(done, done)
    this.#last = settled
    return result
  }
}
