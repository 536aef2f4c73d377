import {
  sealTo,
  encodeReleasedKeys,
  encodeRekeyOrder,
  encodeStateKeys,
  sealPurpose,
  type ReleasedKey,
} from '../../../../core/keys/index.ts'
import type {
  Admission,
  AttestationToken,
  BootGate,
  Challenge,
  PowerOnRequest,
  Release,
  ReleaseRequest,
  Waiting,
} from '../../../../agent/gate/index.ts'

export const bootId = new Uint8Array(16).fill(0xb0)
export const challenge = new Uint8Array(40).fill(0xc0)

/** A server that says what a test tells it to; it writes down what it is asked. */
export class ScriptedGate implements BootGate {
  readonly asked: string[] = []
  readonly requests: ReleaseRequest[] = []
  readonly powerOns: PowerOnRequest[] = []
  /** Generation of the first of the two state keys given. */
  givenGeneration: number | undefined
  /** The decision that the answers are sealed for, where it is another than the one they name. */
  sealedFor: bigint | undefined
  keys: readonly ReleasedKey[] = []
  selection: Challenge['selection'] = [{ hash: 0x000b, pcrs: [0, 7, 15] }]
  capBeforeRelease = true
  rekey = false
  readonly before: Partial<Record<'PowerOn' | 'Challenge' | 'Release', () => void>> = {}
  readonly #stateKey: (generation: number) => Uint8Array

  constructor(stateKey: (generation: number) => Uint8Array) {
    this.#stateKey = stateKey
  }

  async powerOn(request: PowerOnRequest, waiting: Waiting): Promise<Admission> {
    this.#ask('PowerOn')
    this.powerOns.push(request)
    const publicPoint = request.oneTimePublicKey
    const decision = this.sealedFor ?? 5n
    const generation = this.givenGeneration ?? request.stateGeneration
    if (this.rekey) {
      waiting.onHeld(5n)
      const plaintext = encodeRekeyOrder({ generation, key: this.#stateKey(generation), joinToken: 'bljoin1.AA' })
      const binding = { purpose: sealPurpose.rekey, bootId: new Uint8Array(0), decision }
      return { kind: 'rekey', decision: 5n, sealedRekey: await sealTo({ ...binding, publicPoint, plaintext }) }
    }
    const plaintext = encodeStateKeys(
      [generation, generation + 1].map((each) => ({ generation: each, key: this.#stateKey(each) })),
    )
    const binding = { purpose: sealPurpose.stateKeys, bootId, decision }
    return {
      kind: 'admitted',
      bootId,
      decision: 5n,
      sealedStateKeys: await sealTo({ ...binding, publicPoint, plaintext }),
    }
  }

  challenge(): Promise<Challenge> {
    this.#ask('Challenge')
    return Promise.resolve({ challenge, selection: this.selection, capBeforeRelease: this.capBeforeRelease })
  }

  async release(request: ReleaseRequest): Promise<Release> {
    this.requests.push(request)
    this.#ask('Release')
    const plaintext = encodeReleasedKeys(this.keys)
    const binding = { purpose: sealPurpose.release, bootId, decision: this.sealedFor ?? 6n }
    return { decision: 6n, sealedKeys: await sealTo({ ...binding, publicPoint: request.oneTimePublicKey, plaintext }) }
  }

  depositKey(): Promise<void> {
    return Promise.reject(new TypeError('nothing is deposited in a boot'))
  }

  attest(): Promise<AttestationToken> {
    return Promise.reject(new TypeError('nothing is told to others in a boot'))
  }

  close(): void {
    this.asked.push('close')
  }

  #ask(what: 'PowerOn' | 'Challenge' | 'Release'): void {
    this.asked.push(what)
    this.before[what]?.()
  }
}
