import {
  type AuthSession,
  type ClientSession,
  passwordSession,
  type TPMA_SESSION,
  withoutTrailingZeros,
} from '../../core/tpm/index.ts'
import { toHex } from '../../core/bytes/index.ts'
import type { Choices } from './choices.ts'
import { authValues } from './likely.ts'
import type { Held, World } from './world.ts'

type Use = keyof TPMA_SESSION

/** The authorizations that a command gets: right ones, wrong ones, too few and too many. */
export class Authorizations {
  readonly #world: World
  readonly #choices: Choices
  readonly used: Held[] = []

  constructor(world: World, choices: Choices) {
    this.#world = world
    this.#choices = choices
  }

  /** For one handle that needs one. */
  of(handle: number): ClientSession {
    const right = this.#world.authOf(handle)
    const die = this.#choices.below(100)
    if (die >= 92) return passwordSession(this.#choices.pick(authValues))
    const fitting = this.#fitting(handle)
    if (fitting.length > 0 && die < 70) return this.#use(this.#choices.pick(fitting), handle, right)
    const free = this.#free(die >= 84)
    if (die < 60 || free.length === 0) return passwordSession(right)
    return this.#use(this.#choices.pick(free), handle, right)
  }

  /** Sessions that authorize nothing: they encrypt, decrypt or audit, or stand there in vain. */
  extra(): readonly ClientSession[] {
    const sessions: ClientSession[] = []
    for (const percent of [20, 40]) {
      const free = this.#free(this.#choices.chance(25))
      if (free.length === 0 || !this.#choices.chance(percent)) break
      sessions.push(this.#use(this.#choices.pick(free), undefined, undefined))
    }
    return sessions
  }

  /** Sessions that were brought to the policy of what the handle stands for. */
  #fitting(handle: number): readonly Held[] {
    const policy = this.#world.policyOf(handle)
    if (policy.length === 0) return []
    return this.#free(true).filter((held) => toHex(held.policy) === toHex(policy))
  }

  #free(isPolicy: boolean): readonly Held[] {
    return [...this.#world.sessions.values()].filter(
      (held) => held.isPolicy === isPolicy && held.session !== undefined && !this.used.includes(held),
    )
  }

  #use(held: Held, handle: number | undefined, auth: Uint8Array | undefined): ClientSession {
    this.used.push(held)
    const session = held.session as AuthSession
    const attributes: Use[] = this.#choices.chance(15) ? [] : ['continueSession']
    for (const [name, percent] of usage)
      if (this.#choices.chance(percent) && (held.crypts || !crypting.has(name))) attributes.push(name)
    const authValue = auth === undefined || (held.isPolicy && held.needs !== 'authValue') ? new Uint8Array(0) : auth
    session.with({ attributes, authValue, isBound: handle !== undefined && held.boundTo === handle })
    return held.needs === 'password' && auth !== undefined ? inTheClear(session, auth) : session
  }
}

const crypting = new Set<Use>(['decrypt', 'encrypt'])
const usage: readonly (readonly [Use, number])[] = [
  ['decrypt', 15],
  ['encrypt', 15],
  ['audit', 12],
  ['auditExclusive', 3],
  ['auditReset', 3],
]

/** A policy session that brings the authValue itself, as PolicyPassword demands. */
const inTheClear = (session: AuthSession, auth: Uint8Array): ClientSession => ({
  handle: session.handle,
  hash: session.hash,
  attributes: session.attributes,
  get nonceTPM() {
    return session.nonceTPM
  },
  prepare: () => {
    session.prepare()
  },
  encryptParameter: (data) => session.encryptParameter(data),
  decryptParameter: (data) => session.decryptParameter(data),
  authorize: (cpHash, others) => ({ ...session.authorize(cpHash, others), hmac: withoutTrailingZeros(auth) }),
  accept: (rpHash, response) => {
    session.accept(rpHash, response)
  },
})
