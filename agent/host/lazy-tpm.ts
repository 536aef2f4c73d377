import { type StateMover, type VirtualTpm } from '../channel/index.ts'
import { type Share } from './share.ts'

/** A TPM whose state is in memory. */
export interface OpenTpm {
  readonly tpm: VirtualTpm & { readonly failure: unknown }
  readonly mover: StateMover
  /** Forgets the state and its key. */
  close(): Promise<void>
}

/** Who wants to hear of a TPM. */
export interface Watcher {
  poweredOn(): void
  poweredOff(): void
  /** It went into failure mode; once for each time it got power. */
  failed(error: unknown): void
  /** It could not be given power. */
  unusable(error: unknown): void
}

type Blob = Parameters<StateMover['put']>[0]

/** TPM_RC_FAILURE, as a TPM without power answers everything. */
const noPower = Uint8Array.of(0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x01, 0x01)

/**
 * A TPM of which nothing is in memory but this object before it has power, and after. Power comes by INIT or, for clients
 * that never send it, with the first command.
 */
export class LazyTpm implements VirtualTpm, StateMover {
  readonly #open: () => Promise<OpenTpm>
  readonly #share: Share
  readonly #watcher: Watcher
  #opened: OpenTpm | undefined
  #closing: Promise<void> = Promise.resolve()
  /** Counts what ends an attempt to give power. */
  #cuts = 0
  #waitsForFirst = true
  #toldFailure = false
  #commands = 0

  constructor(open: () => Promise<OpenTpm>, share: Share, watcher: Watcher) {
    this.#open = open
    this.#share = share
    this.#watcher = watcher
  }

  /** Commands that were run, of all its times. */
  get commands(): number {
    return this.#commands
  }
  get powered(): boolean {
    return this.#opened?.tpm.powered ?? false
  }
  get inFailureMode(): boolean {
    return this.#opened?.tpm.failure !== undefined
  }

  /** @throws what keeps the state from being opened; there is no power then. */
  async powerOn(options: Parameters<StateMover['powerOn']>[0] = {}): Promise<void> {
    this.#waitsForFirst = false
    const cuts = this.#cuts
    try {
      const { mover } = await this.#loaded()
      if (cuts !== this.#cuts) return
      await mover.powerOn(options)
    } catch (error) {
      this.#waitsForFirst = true
      this.#unload()
      this.#watcher.unusable(error)
      throw error
    }
    this.#toldFailure = false
    this.#watcher.poweredOn()
  }

  powerOff(): void {
    this.#cuts += 1
    this.#waitsForFirst = false
    if (!this.powered) return
    this.#opened?.tpm.powerOff()
    this.#unload()
    this.#watcher.poweredOff()
  }

  /** Its machine is gone: the next one may begin with a command. Resolves when nothing of it is in memory. */
  async release(): Promise<void> {
    this.powerOff()
    this.#unload()
    this.#waitsForFirst = true
    await this.#closing
  }

  execute(command: Uint8Array, locality: number): Uint8Array | Promise<Uint8Array> {
    const tpm = this.#opened?.tpm
    if (tpm?.powered !== true) {
      if (!this.#waitsForFirst) return noPower
      return this.powerOn().then(() => this.execute(command, locality))
    }
    const turn = this.#share.wait()
    if (turn !== undefined) return turn.then(() => this.execute(command, locality))
    this.#commands += 1
    const response = this.#share.spend(() => tpm.execute(command, locality))
    if (tpm.failure !== undefined) this.#tellFailure(tpm.failure)
    return response
  }

  cancel(): void {
    this.#opened?.tpm.cancel()
  }
  hashStart(locality: number): void {
    this.#opened?.tpm.hashStart(locality)
  }
  hashData(bytes: Uint8Array): void {
    this.#opened?.tpm.hashData(bytes)
  }
  hashEnd(locality: number): void {
    this.#opened?.tpm.hashEnd(locality)
  }
  get tpmEstablished(): boolean {
    return this.#opened?.tpm.tpmEstablished ?? false
  }
  resetEstablished(locality: number): void {
    this.#opened?.tpm.resetEstablished(locality)
  }

  take(kind: Blob): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return this.#opened?.mover.take(kind)
  }
  async put(kind: Blob, blob: Uint8Array): Promise<void> {
    const { mover } = await this.#loaded()
    await mover.put(kind, blob)
  }
  store(): boolean | Promise<boolean> {
    return this.#opened?.mover.store() ?? false
  }

  async #loaded(): Promise<OpenTpm> {
    await this.#closing
    this.#opened ??= await this.#open()
    return this.#opened
  }

  #unload(): void {
    const opened = this.#opened
    this.#opened = undefined
    if (opened === undefined) return
    // Nobody may be waiting for it: what fails here must not end the process, which serves other TPMs.
    this.#closing = closeOf(opened).catch((error: unknown) => {
      this.#watcher.unusable(error)
    })
  }

  #tellFailure(error: unknown): void {
    if (this.#toldFailure) return
    this.#toldFailure = true
    this.#watcher.failed(error)
  }
}

const closeOf = async (opened: OpenTpm): Promise<void> => opened.close()
