import { Reader, WireError, Writer } from '../bytes/index.ts'
import type { ClientSession } from './client-session.ts'
import { decode, encode, struct, type Shape } from './codec.ts'
import { isEncryptable, type AnyCommand, type Parameters, type Response } from './command.ts'
import { describeResponseCode, RC, withoutPosition } from './constants/response-codes.ts'
import { ST } from './constants/tags.ts'
import { commandParameterHash, responseParameterHash } from './session-math.ts'
import { TPM2B_AUTH, TPM2B_NONCE, TPMA_SESSION } from './structures/index.ts'

/** A way to a TPM: one command's bytes in, one response's bytes out. */
export interface Transport {
  transmit(command: Uint8Array): Promise<Uint8Array>
}

/** The TPM answered with an error. */
export class TpmResponseError extends Error {
  override readonly name = 'TpmResponseError'
  readonly rc: number
  readonly command: string
  constructor(command: string, rc: number) {
    super(`${command}: ${describeResponseCode(rc)} (0x${rc.toString(16).padStart(3, '0')})`)
    this.rc = rc
    this.command = command
  }

  /** Whether it is this code, whatever handle, parameter or session it blames. */
  is(code: number): boolean {
    return withoutPosition(this.rc) === code
  }
}

/** An entity as a client names it. */
export interface Named {
  readonly handle: number
  readonly name: Uint8Array
}
export interface Authorized extends Named {
  readonly auth: ClientSession
}
export type HandleArguments<C extends AnyCommand> = {
  readonly [K in keyof C['handles']]: C['handles'][K] extends { readonly role: undefined } ? Named : Authorized
}

/** Larger responses are refused before anything of them is read. */
const maxResponseBytes = 4096

const names = new WeakMap<object, readonly string[]>()
function handleNames(command: AnyCommand): readonly string[] {
  const known = names.get(command)
  if (known !== undefined) return known
  const made = Object.keys(command.handles as object)
  names.set(command, made)
  return made
}

/** Replaces the content of the TPM2B at the front by what `crypt` makes of it; the size stays. */
function cryptFirst(parameters: Uint8Array, crypt: (content: Uint8Array) => Uint8Array): void {
  const size = new Reader(parameters).u16()
  parameters.set(crypt(parameters.slice(2, 2 + size)), 2)
}

/** Speaks to a TPM in terms of the command declarations. */
export class TpmClient {
  readonly #transport: Transport
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Runs one command. `sessions` come after those that authorize handles.
   * @throws TpmResponseError if the TPM refuses; WireError if its answer is malformed; ResponseAuthError if it was altered.
   */
  async run<C extends AnyCommand>(
    command: C,
    handles: HandleArguments<C>,
    parameters: Parameters<C>,
    sessions: readonly ClientSession[] = [],
  ): Promise<Response<C>> {
    const byName = handles as Readonly<Record<string, Named | Authorized>>
    const named = handleNames(command).map((name) => byName[name] as Named | Authorized)
    const authorizing = named.flatMap((entity) => ('auth' in entity ? [entity.auth] : []))
    const exchange = new Exchange(command, named, authorizing, sessions)
    const request = exchange.request(parameters)
    const answer = await this.#transport.transmit(request)
    return exchange.response(answer) as Response<C>
  }

  /** Runs a command that is not declared here: bytes in, bytes out. */
  async transmit(command: Uint8Array): Promise<Uint8Array> {
    return this.#transport.transmit(command)
  }
}

/** One command and its response. */
class Exchange {
  readonly #command: AnyCommand
  readonly #entities: readonly Named[]
  readonly #sessions: readonly ClientSession[]
  readonly #isAuthorized: boolean
  constructor(
    command: AnyCommand,
    entities: readonly Named[],
    authorizing: readonly ClientSession[],
    others: readonly ClientSession[],
  ) {
    this.#command = command
    this.#entities = entities
    this.#sessions = [...authorizing, ...others]
    this.#isAuthorized = authorizing.length > 0
  }

  request(values: object): Uint8Array {
    const shape = this.#command.parameters as Shape
    const parameters = encode(struct(this.#command.name, shape), values as never)
    for (const session of this.#sessions) session.prepare()
    const decrypting = this.#sessions.find((session) => session.attributes.decrypt)
    if (decrypting !== undefined && isEncryptable(shape)) {
      cryptFirst(parameters, (content) => decrypting.encryptParameter(content))
    }

    const to = new Writer()
    to.u16(this.#sessions.length > 0 ? ST.sessions : ST.noSessions)
      .u32(0)
      .u32(this.#command.code)
    for (const entity of this.#entities) to.u32(entity.handle)
    if (this.#sessions.length > 0) this.#writeAuthorizations(to, parameters)
    to.bytes(parameters)
    to.patchU32(2, to.size)
    return to.done()
  }

  #writeAuthorizations(to: Writer, parameters: Uint8Array): void {
    const at = to.size
    to.u32(0)
    const entityNames = this.#entities.map((entity) => entity.name)
    this.#sessions.forEach((session, index) => {
      const cpHash =
        session.hash === undefined
          ? new Uint8Array(0)
          : commandParameterHash(session.hash, this.#command.code, entityNames, parameters)
      const authorization = session.authorize(cpHash, index === 0 ? this.#otherNonces() : [])
      to.u32(authorization.sessionHandle)
      TPM2B_NONCE.write(to, authorization.nonce)
      TPMA_SESSION.write(to, authorization.attributes)
      TPM2B_AUTH.write(to, authorization.hmac)
    })
    to.patchU32(at, to.size - at - 4)
  }

  /** Part 1, 19.6.5: if the first session authorizes, nonceTPM of those that decrypt and encrypt and are not itself. */
  #otherNonces(): Uint8Array[] {
    if (!this.#isAuthorized) return []
    const first = this.#sessions[0]
    const decrypting = this.#sessions.find((session) => session.attributes.decrypt)
    const encrypting = this.#sessions.find((session) => session.attributes.encrypt)
    const others: Uint8Array[] = []
    if (decrypting !== undefined && decrypting !== first) others.push(decrypting.nonceTPM)
    if (encrypting !== undefined && encrypting !== first && encrypting !== decrypting) others.push(encrypting.nonceTPM)
    return others
  }

  response(answer: Uint8Array): object {
    if (answer.length > maxResponseBytes) throw new WireError(`a response of ${answer.length} bytes`, ['responseSize'])
    const from = new Reader(answer)
    const tag = from.u16()
    if (from.u32() !== answer.length) throw new WireError('is not the size of the response', ['responseSize'])
    const rc = from.u32()
    if (rc !== RC.success) throw new TpmResponseError(this.#command.name, rc)
    if (tag !== (this.#sessions.length > 0 ? ST.sessions : ST.noSessions))
      throw new WireError("is not the command's", ['tag'])

    const handle = (this.#command.returnsHandle as unknown) === undefined ? undefined : from.u32()
    const parameters = from.bytes(tag === ST.sessions ? from.u32() : from.left)
    if (tag === ST.sessions) this.#readAuthorizations(from, parameters)
    const shape = this.#command.returns as Shape
    const values = decode(struct(this.#command.name, shape), parameters)
    return handle === undefined ? values : { ...values, handle }
  }

  #readAuthorizations(from: Reader, parameters: Uint8Array): void {
    for (const session of this.#sessions) {
      const nonce = TPM2B_NONCE.read(from)
      const attributes = TPMA_SESSION.read(from)
      const hmac = TPM2B_AUTH.read(from)
      const rpHash =
        session.hash === undefined
          ? new Uint8Array(0)
          : responseParameterHash(session.hash, this.#command.code, parameters)
      session.accept(rpHash, { nonce, attributes, hmac })
    }
    from.end()
    const encrypting = this.#sessions.find((session) => session.attributes.encrypt)
    if (encrypting !== undefined && isEncryptable(this.#command.returns as Shape)) {
      cryptFirst(parameters, (content) => encrypting.decryptParameter(content))
    }
  }
}
