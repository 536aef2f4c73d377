import { concat, equalInConstantTime } from '../bytes/index.ts'
import { RH } from './constants/handles.ts'
import { digestSize } from './hash.ts'
import type { Random } from './ecc/scalar.ts'
import { cryptParameter, sessionHmac, withoutTrailingZeros } from './session-math.ts'
import { TPMA_SESSION, type TPMT_SYM_DEF } from './structures/index.ts'

const empty = new Uint8Array(0)

/** What stands in the authorization area of a command and of its response. */
export interface Authorization {
  readonly sessionHandle: number
  readonly nonce: Uint8Array
  readonly attributes: TPMA_SESSION
  readonly hmac: Uint8Array
}

/** One authorization a client hands along with a command. */
export interface ClientSession {
  readonly handle: number
  readonly attributes: TPMA_SESSION
  /** The hash of its cpHash and rpHash; undefined for a password, which has neither. */
  readonly hash: number | undefined
  /** Draws the nonce of the next command. */
  prepare(): void
  readonly nonceTPM: Uint8Array
  encryptParameter(data: Uint8Array): Uint8Array
  decryptParameter(data: Uint8Array): Uint8Array
  authorize(cpHash: Uint8Array, otherNonces: readonly Uint8Array[]): Authorization
  /** @throws ResponseAuthError if the response was not made by the TPM that shares the session's key. */
  accept(rpHash: Uint8Array, response: Omit<Authorization, 'sessionHandle'>): void
}

/** A response whose HMAC is wrong: somebody between the client and the TPM changed it. */
export class ResponseAuthError extends Error {
  override readonly name = 'ResponseAuthError'
}

/** A plain password authorization (Part 1, 19.4). */
export function passwordSession(authValue: Uint8Array = empty): ClientSession {
  const attributes = TPMA_SESSION.of('continueSession')
  return {
    handle: RH.password,
    attributes,
    hash: undefined,
    nonceTPM: empty,
    prepare: () => undefined,
    encryptParameter: (data) => data,
    decryptParameter: (data) => data,
    authorize: () => ({ sessionHandle: RH.password, nonce: empty, attributes, hmac: authValue }),
    accept: () => undefined,
  }
}

interface SessionSecrets {
  readonly key: Uint8Array
  readonly nonceTPM: Uint8Array
}

/** An HMAC or policy session that lives in a TPM; `authValue` is of the entity it authorizes next. */
export class AuthSession implements ClientSession {
  readonly handle: number
  readonly hash: number
  readonly #symmetric: TPMT_SYM_DEF
  readonly #key: Uint8Array
  readonly #random: Random
  #authValue: Uint8Array = empty
  #isBound = false
  #nonceCaller: Uint8Array = empty
  #nonceTPM: Uint8Array
  #attributes: TPMA_SESSION = TPMA_SESSION.of('continueSession')

  constructor(
    handle: number,
    options: { readonly hash: number; readonly symmetric: TPMT_SYM_DEF; readonly random: Random },
    secrets: SessionSecrets,
  ) {
    this.handle = handle
    this.hash = options.hash
    this.#symmetric = options.symmetric
    this.#random = options.random
    this.#key = secrets.key
    this.#nonceTPM = secrets.nonceTPM
  }

  get attributes(): TPMA_SESSION {
    return this.#attributes
  }
  get nonceTPM(): Uint8Array {
    return this.#nonceTPM
  }

  /**
   * Sets what the next commands use the session for; returns the session. `isBound`: it is bound to the entity it
   * authorizes, whose authValue then enters the encryption of parameters but not the HMAC (Part 1, 19.6.5 and 21.2).
   */
  with(use: {
    readonly attributes?: readonly (keyof TPMA_SESSION)[]
    readonly authValue?: Uint8Array
    readonly isBound?: boolean
  }): this {
    if (use.attributes !== undefined) this.#attributes = TPMA_SESSION.of(...use.attributes)
    if (use.authValue !== undefined) this.#authValue = withoutTrailingZeros(use.authValue)
    if (use.isBound !== undefined) this.#isBound = use.isBound
    return this
  }

  prepare(): void {
    this.#nonceCaller = this.#random(digestSize(this.hash))
  }

  encryptParameter(data: Uint8Array): Uint8Array {
    return this.#crypt('encrypt', this.#nonceCaller, this.#nonceTPM, data)
  }
  decryptParameter(data: Uint8Array): Uint8Array {
    return this.#crypt('decrypt', this.#nonceTPM, this.#nonceCaller, data)
  }

  authorize(cpHash: Uint8Array, otherNonces: readonly Uint8Array[]): Authorization {
    const nonces = { newer: this.#nonceCaller, older: this.#nonceTPM }
    return {
      sessionHandle: this.handle,
      nonce: this.#nonceCaller,
      attributes: this.#attributes,
      hmac: this.#hmac(cpHash, nonces, this.#attributes, otherNonces),
    }
  }

  accept(rpHash: Uint8Array, response: Omit<Authorization, 'sessionHandle'>): void {
    const nonces = { newer: response.nonce, older: this.#nonceCaller }
    const expected = this.#hmac(rpHash, nonces, response.attributes, [])
    if (!equalInConstantTime(expected, response.hmac)) throw new ResponseAuthError('the response is not authentic')
    this.#nonceTPM = response.nonce
  }

  #hmac(
    parameterHash: Uint8Array,
    nonces: { newer: Uint8Array; older: Uint8Array },
    attributes: TPMA_SESSION,
    otherNonces: readonly Uint8Array[],
  ): Uint8Array {
    const key = concat(this.#key, this.#isBound ? empty : this.#authValue)
    if (key.length === 0) return empty
    const mac = sessionHmac({ hash: this.hash, key, parameterHash, nonces, otherNonces, attributes })
    key.fill(0)
    return mac
  }

  #crypt(direction: 'encrypt' | 'decrypt', newer: Uint8Array, older: Uint8Array, data: Uint8Array): Uint8Array {
    const key = concat(this.#key, this.#authValue)
    const session = { hash: this.hash, symmetric: this.#symmetric, key, nonces: { newer, older } }
    const result = cryptParameter(direction, session, data)
    key.fill(0)
    return result
  }
}
