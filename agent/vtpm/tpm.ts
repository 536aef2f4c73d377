import { RC } from '../../core/tpm/index.ts'
import { commandTable } from './commands/index.ts'
import { EventSequence } from './commands/sequences.ts'
import { endLaunch, startLaunch } from './dynamic-launch.ts'
import { execute } from './execute.ts'
import { RsaWorkshop } from './keys/rsa-work.ts'
import { defaultProfile, type Profile } from './profile.ts'
import { decodePersistentState, type PersistentState } from './state/persistent-state.ts'
import { localityBit, localityInForce } from './state/pcr-rules.ts'
import { TpmState, type TpmParts } from './state/tpm-state.ts'
import { decodeVolatileState, encodeVolatileState } from './state/volatile-state.ts'
import { refusal } from './steps/answer.ts'

/** Of TPMs that were given no other. */
const ownWorkshop = new RsaWorkshop()

type Options = Pick<TpmParts, 'storage' | 'random' | 'clock' | 'onFailure'> & {
  /** `random` where it is not said. */
  readonly nonces?: TpmParts['nonces']
  readonly work?: TpmParts['work']
  readonly profile?: Partial<Profile>
}

/** States to go on from, as another power cycle or another process left them, and the room of the interface in front. */
interface PowerOn {
  readonly permanent?: Uint8Array | undefined
  readonly volatile?: Uint8Array | undefined
  /** The longest command and response until the power goes. */
  readonly maxMessageBytes?: number | undefined
}

/** An emulated TPM 2.0: its power, its pins and its command interface. */
export class Tpm {
  readonly #parts: TpmParts
  #state: TpmState | undefined
  /** The answer to a command that is still being worked on; power-off and cancel cut it off. */
  #pending: { readonly cutOff: (response: Uint8Array) => void } | undefined
  /** An H-CRTM or D-RTM sequence between its start and its end; any command ends it. */
  #launch: EventSequence | undefined

  private constructor(parts: TpmParts) {
    this.#parts = parts
  }

  /**
   * A TPM over its storage, powered off.
   * @throws WireError if the storage holds no state of a TPM; see `manufacture`.
   */
  static open(options: Options): Tpm {
    const { storage, random, clock, nonces = { draw: random }, work = ownWorkshop, onFailure } = options
    const profile = { ...defaultProfile, ...options.profile }
    const tpm = new Tpm({ storage, random, nonces, clock, work, profile, onFailure })
    tpm.#load()
    return tpm
  }

  #load(): PersistentState {
    const bytes = this.#parts.storage.load()
    if (bytes === undefined) throw new TypeError('the TPM was never manufactured')
    const state = decodePersistentState(bytes)
    bytes.fill(0)
    return state
  }

  /** The error that put it into failure mode; undefined while it works. */
  get failure(): unknown {
    return this.#state?.failure
  }

  get powered(): boolean {
    return this.#state !== undefined
  }

  /**
   * _TPM_Init (Part 1, 12.2.2): power comes, and the TPM waits for TPM2_Startup; or, where a volatile state is given, it
   * goes on from there. A permanent state that is given takes the place of the one in the storage.
   * @throws WireError if the volatile state is not of this TPM's power cycle; nothing is changed then, and there is no power.
   */
  powerOn({ permanent, volatile, maxMessageBytes }: PowerOn = {}): void {
    this.powerOff()
    const persistent = permanent === undefined ? this.#load() : decodePersistentState(permanent)
    const { profile } = this.#parts
    const room = { ...profile, maxMessageBytes: maxMessageBytes ?? profile.maxMessageBytes }
    const state = new TpmState({ ...this.#parts, profile: room }, persistent)
    try {
      const launch = volatile === undefined ? undefined : decodeVolatileState(state, volatile)
      if (permanent !== undefined) this.#parts.storage.commit(permanent)
      this.#launch = launch instanceof EventSequence ? launch : undefined
    } catch (error) {
      state.erase()
      throw error
    }
    this.#state = state
  }

  /** What the power keeps alive, as bytes that `powerOn` takes; undefined without power and in failure mode. The caller clears them. */
  volatileState(): Uint8Array | undefined {
    if (this.#state === undefined || this.#state.failure !== undefined) return undefined
    return encodeVolatileState(this.#state, this.#launch)
  }

  /** Power goes; what was not made durable is gone. */
  powerOff(): void {
    this.#pending?.cutOff(refusal(RC.failure))
    this.#state?.erase()
    this.#state = undefined
    this.#launch = undefined
  }

  /** Any bytes in, a well-formed response out. */
  execute(command: Uint8Array, locality = 0): Uint8Array | Promise<Uint8Array> {
    this.#parts.work.noteCommand()
    if (this.#state === undefined) return refusal(RC.failure)
    if (this.#pending !== undefined) return refusal(RC.retry)
    this.#launch = undefined
    const cut = { off: false }
    const answer = execute(this.#state, commandTable, command, localityInForce(locality), cut)
    return answer instanceof Promise ? this.#await(answer, cut) : answer
  }

  /** A command that is worked on elsewhere: its answer, unless it is cut off before. */
  #await(answer: Promise<Uint8Array>, cut: { off: boolean }): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const pending = {
        cutOff: (response: Uint8Array) => {
          this.#pending = undefined
          cut.off = true
          resolve(response)
        },
      }
      this.#pending = pending
      answer.then((response) => {
        if (this.#pending === pending) pending.cutOff(response)
      }, reject)
    })
  }

  /** Ends the command that is being worked on; one that is not takes no notice (Part 1, 10.5.3). */
  cancel(): void {
    this.#pending?.cutOff(refusal(RC.canceled))
  }

  /** _TPM_Hash_Start (Part 3, 22.9). */
  hashStart(): void {
    if (this.#state === undefined) return
    this.#launch = startLaunch(this.#state)
    commitOrFail(this.#state)
  }
  /** _TPM_Hash_Data (Part 3, 22.10). */
  hashData(bytes: Uint8Array): void {
    this.#launch?.update(bytes)
  }
  /** _TPM_Hash_End (Part 3, 22.11). */
  hashEnd(): void {
    if (this.#state === undefined || this.#launch === undefined) return
    endLaunch(this.#state, this.#launch)
    this.#launch = undefined
    commitOrFail(this.#state)
  }

  get tpmEstablished(): boolean {
    return this.#state?.persistent.tpmEstablished === 1
  }
  /** Only localities 3 and 4 may (PC Client Platform TPM Profile, 6.5.2.4). */
  resetEstablished(locality: number): boolean {
    if (this.#state === undefined || (localityBit(locality) & 0b11000) === 0) return false
    this.#state.persist({ tpmEstablished: 0 })
    commitOrFail(this.#state)
    return true
  }
}

/** A pin whose effect cannot be made durable is as bad as a command's: the TPM goes into failure mode, and the caller hears. */
function commitOrFail(state: TpmState): void {
  try {
    state.commit()
  } catch (error) {
    state.fail(error)
    throw error
  }
}
