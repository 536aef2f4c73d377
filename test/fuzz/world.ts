import {
  type AuthSession,
  CAP,
  firstHandle,
  GetCapability,
  handleName,
  named,
  NV_ReadPublic,
  RC,
  ReadPublic,
  TpmClient,
  TpmResponseError,
  type TPMS_NV_PUBLIC,
  type TPMT_PUBLIC,
  type Transport,
} from '../../core/tpm/index.ts'
import type { Surroundings } from './likely.ts'

const empty = new Uint8Array(0)

/** An object, a sequence or an NV index that a TPM holds. */
export interface Thing {
  readonly handle: number
  readonly name: Uint8Array
  /** Undefined for a sequence and for an NV index. */
  readonly publicArea: TPMT_PUBLIC | undefined
  /** Of an NV index that can be seen. */
  readonly nvPublic?: TPMS_NV_PUBLIC
}

/** A TPM with what is around it. */
export interface Powered extends Transport {
  /** Sends what follows from this locality. */
  moveTo(locality: number): Promise<void>
  /** Takes its power away, and gives it back; TPM2_Startup is next. */
  losePower(): Promise<void>
}

/** A session, with what a client needs to use it; `session` is undefined where the client did not see its key made. */
export interface Held {
  readonly handle: number
  readonly session: AuthSession | undefined
  readonly isPolicy: boolean
  /** Whether it can encrypt parameters. */
  readonly crypts: boolean
  readonly boundTo: number | undefined
  readonly needs: 'nothing' | 'authValue' | 'password'
  /** The policy that it was brought to; empty for none. */
  readonly policy: Uint8Array
}

/** Values that came in one answer, or belong to one key, by the name of their structures. */
export type Bundle = ReadonlyMap<string, unknown>

/** Where a TPM lists what it holds, range by range. */
const ranges = [
  firstHandle.transient,
  firstHandle.hmacSession,
  firstHandle.policySession,
  firstHandle.persistent,
  firstHandle.nvIndex,
] as const

/** One TPM, seen by a client that remembers what it was told. */
export class World implements Surroundings {
  readonly client: TpmClient
  readonly around: Omit<Powered, 'transmit'>
  readonly things = new Map<number, Thing>()
  readonly sessions = new Map<number, Held>()
  readonly bundles: Bundle[] = []
  readonly #auths = new Map<number, Uint8Array>()
  together: Bundle = new Map()
  /** Changes the next command on its way. */
  meddle: ((command: Uint8Array) => Uint8Array) | undefined
  sent: Uint8Array = empty
  received: Uint8Array = empty

  constructor(transport: Powered) {
    this.around = transport
    this.client = new TpmClient({
      transmit: async (command) => {
        this.sent = this.meddle?.(command) ?? command
        this.meddle = undefined
        this.received = await transport.transmit(this.sent)
        return this.received
      },
    })
  }

  get transientHandles(): readonly number[] {
    return [...this.things.keys(), ...this.sessions.keys()].filter(
      (handle) => handle >>> 24 === 0x80 || handle >>> 24 === 2 || handle >>> 24 === 3,
    )
  }
  get persistentHandles(): readonly number[] {
    return [...this.things.keys()].filter((handle) => handle >>> 24 === 0x81)
  }
  get nvIndices(): readonly number[] {
    return [...this.things.keys()].filter((handle) => handle >>> 24 === 0x01)
  }
  known = (structure: string): readonly unknown[] =>
    this.bundles.flatMap((bundle) => (bundle.has(structure) ? [bundle.get(structure)] : []))

  authOf(handle: number): Uint8Array {
    return this.#auths.get(handle) ?? empty
  }
  setAuth(handle: number, auth: Uint8Array): void {
    this.#auths.set(handle, auth)
  }
  /** The policy of an object or index; empty if it has none. */
  policyOf(handle: number): Uint8Array {
    const thing = this.things.get(handle)
    return (thing?.publicArea ?? thing?.nvPublic)?.authPolicy ?? empty
  }
  nameOf(handle: number): Uint8Array {
    return this.things.get(handle)?.name ?? handleName(handle)
  }

  /** Learns what the TPM holds now; resolves with that as text. What is new has the given authValue. */
  async look(newAuth: Uint8Array): Promise<string> {
    const held = new Set<number>()
    for (const range of ranges) for (const handle of await this.#list(range)) held.add(handle)
    for (const handle of [...this.things.keys()]) if (!held.has(handle)) this.#forget(handle)
    for (const handle of [...this.sessions.keys()]) if (!held.has(handle)) this.sessions.delete(handle)
    for (const handle of held) if (handle >>> 24 !== 2 && handle >>> 24 !== 3) await this.#meet(handle, newAuth)
    return [...held].map((handle) => handle.toString(16)).join(' ')
  }

  async #list(range: number): Promise<readonly number[]> {
    const parameters = { capability: CAP.handles, property: range, propertyCount: 64 }
    const { capabilityData } = await this.client.run(GetCapability, {}, parameters)
    return capabilityData.capability === CAP.handles ? capabilityData.data : []
  }

  #forget(handle: number): void {
    this.things.delete(handle)
    this.#auths.delete(handle)
  }

  async #meet(handle: number, newAuth: Uint8Array): Promise<void> {
    const known = this.things.get(handle)
    if (handle >>> 24 === 1) {
      this.things.set(handle, { handle, ...(await this.#readIndex(handle)), publicArea: undefined })
    } else if (known === undefined) {
      this.things.set(handle, await this.#readObject(handle))
    }
    if (known === undefined && !this.#auths.has(handle)) this.#auths.set(handle, newAuth)
  }

  /** Empty where the index is listed and yet not to be seen, as while its hierarchy is off. */
  async #readIndex(handle: number): Promise<Pick<Thing, 'name' | 'nvPublic'>> {
    try {
      const { nvName, nvPublic } = await this.client.run(NV_ReadPublic, { nvIndex: named(handle) }, {})
      return { name: nvName, nvPublic }
    } catch (error) {
      if (error instanceof TpmResponseError && error.is(RC.handle)) return { name: empty }
      throw error
    }
  }

  async #readObject(handle: number): Promise<Thing> {
    try {
      const { name, outPublic } = await this.client.run(ReadPublic, { objectHandle: named(handle) }, {})
      return { handle, name, publicArea: outPublic }
    } catch (error) {
      if (!(error instanceof TpmResponseError) || error.rc !== RC.sequence) throw error
      return { handle, name: empty, publicArea: undefined }
    }
  }
}
