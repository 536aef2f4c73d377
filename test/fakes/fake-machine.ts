import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto'
import {
  encodeBeginCore,
  encodeCompleteCore,
  encodeProveCore,
  enrolmentProof,
  joinSigningInput,
  platformNonce,
  type JoinStep,
  type RequestCore,
} from '../../core/evidence/index.ts'
import {
  decodeReleasedKeys,
  decodeRekeyOrder,
  decodeStateKeys,
  OneTimeKey,
  sealPurpose,
  type ReleasedKey,
} from '../../core/keys/index.ts'
import {
  begin,
  complete,
  depositKey,
  powerOn,
  prove,
  type MachinePeer,
  type PowerOnEvent,
} from '../../policy-server/appraise/index.ts'
import { recordedRequest } from './attester-request.ts'
import type { QuoteChanges } from '../../agent/boot/simulate/attester.ts'
import { FakeTpm, newMachineKey } from './fake-tpm.ts'
import type { FakePolicyServer } from './policy-server.ts'

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest())
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

/** What lies on a machine's disk; a copy of it is a copy of the machine. */
interface MachineDisk {
  key: { readonly privateKey: KeyObject; readonly spki: Uint8Array }
  tpm: FakeTpm
  machineId: Uint8Array
  serverId: Uint8Array
  stateKey: Uint8Array
  generation: number
  tokens: Uint8Array[]
  certificates: readonly Uint8Array[]
}

/** A release that was asked for, as it can be asked for again. */
export interface AskedRelease {
  readonly key: OneTimeKey
  readonly request: {
    readonly bootId: Uint8Array
    readonly challenge: Uint8Array
    readonly core: Uint8Array
    readonly attest: Uint8Array
    readonly signature: Uint8Array
    readonly oneTimePublicKey: Uint8Array
  }
}

/** An agent with a fake TPM that follows the flow to the letter and talks to the gates without a network. */
export class FakeMachine {
  server: FakePolicyServer
  address = '127.0.0.1'
  boot: RequestCore = { ...recordedRequest('uki-secureboot'), volumes: [] }
  /** What its platform gives it for a nonce. */
  platform: (nonce: Uint8Array) => Uint8Array = () => new Uint8Array(0)
  /** resetCount of the TPM. */
  resets = 1
  #disk: MachineDisk

  constructor(server: FakePolicyServer) {
    this.server = server
    this.#disk = {
      key: newMachineKey(),
      tpm: new FakeTpm(),
      machineId: new Uint8Array(16),
      serverId: new Uint8Array(32),
      stateKey: new Uint8Array(32),
      generation: 0,
      tokens: [],
      certificates: [],
    }
  }

  /** The same machine, from a copy of its disk. */
  copy(): FakeMachine {
    const copy = new FakeMachine(this.server)
    copy.#disk = { ...this.#disk, tokens: [...this.#disk.tokens] }
    copy.address = this.address
    copy.boot = this.boot
    copy.platform = this.platform
    copy.resets = this.resets
    return copy
  }

  get machineId(): Uint8Array {
    return this.#disk.machineId
  }
  get generation(): number {
    return this.#disk.generation
  }
  get stateKey(): Uint8Array {
    return this.#disk.stateKey
  }
  get tokenCount(): number {
    return this.#disk.tokens.length
  }

  get peer(): MachinePeer {
    return { id: this.#disk.machineId, spkiSha256: sha256(this.#disk.key.spki), address: this.address }
  }

  /** What it shows in a TLS handshake. */
  get credentials(): { readonly cert: string; readonly key: string } {
    const cert = this.#disk.certificates.map((der) => new X509Certificate(der).toString()).join('')
    return { cert, key: this.#disk.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
  }

  signed(step: JoinStep, core: Uint8Array) {
    const key = { key: this.#disk.key.privateKey, dsaEncoding: 'ieee-p1363' } as const
    return { core, signature: new Uint8Array(sign('sha256', joinSigningInput(step, core), key)) }
  }

  async begin(token: string) {
    const { parts, gates } = this.server
    const oneTime = newOneTimeKey()
    const core = encodeBeginCore({
      token,
      machineKeySpki: this.#disk.key.spki,
      oneTimePublicKey: oneTime.publicPoint,
      hostName: 'vm',
    })
    const begun = await begin(parts, gates.groupKeys, this.signed('begin', core))
    const binding = { purpose: sealPurpose.stateKey, bootId: begun.enrolmentId, decision: 0n }
    const [stateKey] = decodeStateKeys(await oneTime.open(begun.sealedStateKey, binding))
    Object.assign(this.#disk, { machineId: begun.machineId, serverId: begun.serverId })
    Object.assign(this.#disk, { stateKey: stateKey!.key, generation: stateKey!.generation })
    return begun
  }

  proveCore(enrolmentId: Uint8Array): Uint8Array {
    const { ekPublic, akPublic } = this.#disk.tpm
    return encodeProveCore({ enrolmentId, ekPublics: [ekPublic], akPublic })
  }

  async prove(enrolmentId: Uint8Array) {
    const { parts, gates } = this.server
    return await prove(parts, gates.groupKeys, this.signed('prove', this.proveCore(enrolmentId)))
  }

  completeCore(enrolmentId: Uint8Array, secrets: readonly Uint8Array[]): Uint8Array {
    const { machineId, serverId, key, tokens } = this.#disk
    if (tokens.length === 0) tokens.push(random(32))
    const firstBootTokenHash = sha256(tokens[0]!)
    const proof = enrolmentProof({
      secrets,
      serverId,
      machineId,
      enrolmentId,
      machineKeySpki: key.spki,
      proveCore: this.proveCore(enrolmentId),
      firstBootTokenHash,
    })
    return encodeCompleteCore({ enrolmentId, proof, firstBootTokenHash })
  }

  activate(
    challenges: readonly { readonly credentialBlob: Uint8Array; readonly secret: Uint8Array }[],
  ): readonly Uint8Array[] {
    return challenges.map((challenge) => this.#disk.tpm.activate(challenge))
  }

  async complete(core: Uint8Array) {
    const { parts, gates } = this.server
    return await complete(parts, gates.groupKeys, this.signed('complete', core))
  }

  async enrol(token: string): Promise<X509Certificate> {
    const { enrolmentId } = await this.begin(token)
    const secrets = this.activate(await this.prove(enrolmentId))
    const { machineCertificates } = await this.complete(this.completeCore(enrolmentId, secrets))
    this.#disk.certificates = machineCertificates
    return new X509Certificate(machineCertificates[0]!)
  }

  /** New keys and an empty token list, as after an order to re-key. */
  replaceKeys(): void {
    Object.assign(this.#disk, { key: newMachineKey(), tpm: new FakeTpm(), tokens: [] })
  }

  /** A new machine key over the old TPM. */
  replaceMachineKey(): void {
    Object.assign(this.#disk, { key: newMachineKey(), tokens: [] })
  }

  /** A restore that left the tokens in place. */
  adoptTokens(other: FakeMachine): void {
    this.#disk.tokens = [...other.#disk.tokens]
  }

  pretendGeneration(generation: number): void {
    this.#disk.generation = generation
  }

  /** A new TPM under the old machine key: the enrolment starts over. */
  replaceTpm(): void {
    this.#disk.tpm = new FakeTpm()
  }

  /** A request to start; the next token is durable before it exists. */
  prepareStart() {
    const bootTokens = [...this.#disk.tokens]
    const next = random(32)
    this.#disk.tokens.push(next)
    const key = newOneTimeKey()
    const stateGeneration = this.#disk.generation
    const { serverId, machineId } = this.#disk
    const nextTokenHash = sha256(next)
    const oneTimePublicKey = key.publicPoint
    const nonce = platformNonce({ serverId, machineId, nextTokenHash, oneTimePublicKey })
    const platformDocument = this.platform(nonce)
    return { key, request: { stateGeneration, bootTokens, nextTokenHash, oneTimePublicKey, platformDocument } }
  }

  /** Asks to start; what is answered is not taken in. */
  ask(gone = new AbortController().signal): {
    readonly key: OneTimeKey
    readonly events: AsyncGenerator<PowerOnEvent, void, void>
  } {
    const { key, request } = this.prepareStart()
    return { key, events: powerOn(this.server.gates, this.peer, request, gone) }
  }

  /** Takes the answer in: the token list is pruned, the state file moves to the next generation. */
  async takeIn(key: OneTimeKey, event: PowerOnEvent): Promise<Uint8Array> {
    if (event.kind !== 'admitted') throw new Error(`the answer is ${event.kind}`)
    const binding = { purpose: sealPurpose.stateKeys, bootId: event.bootId, decision: BigInt(event.decision) }
    const [current, next] = decodeStateKeys(await key.open(event.sealedStateKeys, binding))
    if (current?.generation !== this.#disk.generation || Buffer.compare(current.key, this.#disk.stateKey) !== 0)
      throw new Error('the state file does not open')
    Object.assign(this.#disk, { stateKey: next!.key, generation: next!.generation })
    this.#disk.tokens.splice(0, this.#disk.tokens.length - 1)
    this.resets++
    return event.bootId
  }

  /** Starts; throws where it is held or refused. */
  async powerOn(): Promise<Uint8Array> {
    const { key, events } = this.ask()
    const event = await nextEvent(events)
    await events.return(undefined)
    return await this.takeIn(key, event)
  }

  /** The re-key order inside an answer. */
  async openRekey(key: OneTimeKey, event: PowerOnEvent) {
    if (event.kind !== 'rekey') throw new Error(`the answer is ${event.kind}`)
    const binding = { purpose: sealPurpose.rekey, bootId: new Uint8Array(0), decision: BigInt(event.decision) }
    return decodeRekeyOrder(await key.open(event.sealedRekey, binding))
  }

  /** A fresh one-time key. */
  prepareKey(): OneTimeKey {
    return newOneTimeKey()
  }

  /** Quotes for a boot. */
  async prepareRelease(bootId: Uint8Array, changes: QuoteChanges = {}): Promise<AskedRelease> {
    const { challenge } = await this.server.gates.release.challenge(this.peer, bootId)
    return this.quoteFor(bootId, challenge, changes)
  }

  /** Quotes for a challenge. */
  quoteFor(bootId: Uint8Array, challenge: Uint8Array, changes: QuoteChanges = {}): AskedRelease {
    const key = newOneTimeKey()
    const { machineId, serverId, tpm } = this.#disk
    const binding = {
      challenge,
      serverId,
      machineId,
      bootId,
      clientSpkiSha256: this.peer.spkiSha256,
      oneTimePublicKey: key.publicPoint,
      ...changes.binding,
    }
    const clockInfo = { resetCount: this.resets, ...changes.clockInfo }
    const evidence = tpm.attester.attest(this.boot, { ...changes, clockInfo, binding })
    return { key, request: { bootId, challenge, ...evidence, oneTimePublicKey: key.publicPoint } }
  }

  /** The keys in an answer. */
  async openRelease(
    key: OneTimeKey,
    bootId: Uint8Array,
    answer: { readonly decision: number; readonly sealedKeys: string },
  ): Promise<readonly ReleasedKey[]> {
    const binding = { purpose: sealPurpose.release, bootId, decision: BigInt(answer.decision) }
    return decodeReleasedKeys(await key.open(answer.sealedKeys, binding))
  }

  async sendRelease({ key, request }: AskedRelease): Promise<readonly ReleasedKey[]> {
    const answer = await this.server.gates.release.release(this.peer, request)
    return await this.openRelease(key, request.bootId, answer)
  }

  async release(bootId: Uint8Array, changes: QuoteChanges = {}): Promise<readonly ReleasedKey[]> {
    return await this.sendRelease(await this.prepareRelease(bootId, changes))
  }

  async deposit(volume: { readonly uuid: Uint8Array; readonly keyslotDigest: Uint8Array }, key: Uint8Array) {
    const { parts, gates } = this.server
    return await depositKey(parts, gates.groupKeys, gates.shelf, this.peer, { ...volume, key: key.slice() })
  }
}

/** The next event of an admission; throws where there is none. */
export async function nextEvent(events: AsyncGenerator<PowerOnEvent, void, void>): Promise<PowerOnEvent> {
  const next = await events.next()
  if (next.done === true) throw new Error('no answer')
  return next.value
}

function newOneTimeKey(): OneTimeKey {
  return new OneTimeKey(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey)
}
