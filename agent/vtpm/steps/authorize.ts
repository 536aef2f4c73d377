import { concat, equalInConstantTime } from '../../../core/bytes/index.ts'
import {
  atSession,
  commandParameterHash,
  cryptParameter,
  RC,
  RH,
  sessionHmac,
  withoutTrailingZeros,
  type AuthRole,
} from '../../../core/tpm/index.ts'
import { authValueOf } from '../state/authorization-of.ts'
import { bindingOf } from '../state/binding.ts'
import { checkLockout, isExempt, recordFailure } from '../state/dictionary-attack.ts'
import { nameOfEntity, type Entity } from '../state/entity.ts'
import { countPin, isPin } from '../state/nv-pin.ts'
import type { Session } from '../state/session.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { TpmError } from '../tpm-error.ts'
import type { Addressed } from './address.ts'
import {
  isPublicOnly,
  mayUseAuthValue,
  mayUsePolicy,
  needsPhysicalPresence,
  needsPolicy,
} from './authorization-rules.ts'
import { checkPolicy } from './check-policy.ts'
import { readSessionArea } from './session-area.ts'
import { findSession, type UsedSession } from './used-session.ts'

declare const authorized: unique symbol

/** A command whose every handle is authorized. Only `authorize` makes one. */
export interface Authorized extends Addressed {
  readonly [authorized]: true
  readonly sessions: readonly UsedSession[]
  /** In the clear. */
  readonly parameters: Uint8Array
  readonly cpHash: (hash: number) => Uint8Array
}

/** The fields that a step writes out. */
export type Unbranded<R extends Authorized> = Omit<R, typeof authorized>

/** Part 3, 5.6 and 5.7: consistency first, then each authorization, and the decryption last. */
export function authorize(tpm: TpmState, addressed: Addressed): Authorized {
  const { roles } = addressed.implemented
  if (!addressed.hasSessions) {
    if (roles.length > 0) throw new TpmError(RC.authMissing)
    return complete(addressed, noSessions, addressed.body.view(addressed.body.left))
  }
  const sessions = readSessionArea(tpm, addressed)
  const request = complete(addressed, sessions, addressed.body.view(addressed.body.left))
  for (const used of sessions) checkSession(tpm, request, used, roles[used.index])
  decryptFirst(tpm, request)
  return request
}

const noSessions: readonly UsedSession[] = []
const isDecrypted = (sessions: readonly UsedSession[]): boolean => findSession(sessions, 'decrypt') !== undefined

function complete(addressed: Addressed, sessions: readonly UsedSession[], received: Uint8Array): Authorized {
  const { implemented, hasSessions, body, locality, slots, entities } = addressed
  // What is decrypted is decrypted in place; cpHash is of what was received
  const parameters = isDecrypted(sessions) ? received.slice() : received
  let last: { readonly hash: number; readonly digest: Uint8Array } | undefined
  const cpHash = (hash: number): Uint8Array => {
    if (last?.hash !== hash) {
      const names = entities.map(nameOfEntity)
      last = { hash, digest: commandParameterHash(hash, implemented.command.code, names, received) }
    }
    return last.digest
  }
  // Written out, here and in the other steps: a spread of so many fields takes V8 longer than most commands
  const request: Unbranded<Authorized> = {
    implemented,
    hasSessions,
    body,
    locality,
    slots,
    entities,
    sessions,
    parameters,
    cpHash,
  }
  return request as Authorized
}

function checkSession(tpm: TpmState, request: Authorized, used: UsedSession, role: AuthRole): void {
  try {
    if (used.session === undefined && used.entity === undefined) throw new TpmError(RC.handle)
    if (used.session?.type === 'trial') throw new TpmError(RC.attributes)
    if (used.session !== undefined && used.session.daBound !== 'no')
      checkLockout(tpm, used.session.daBound === 'lockout')
    if (used.entity !== undefined) checkEntity(tpm, request, used, used.entity, role)
    else checkHelper(tpm, request, used)
  } catch (error) {
    if (error instanceof TpmError) throw new TpmError(atSession(error.rc, used.index))
    throw error
  }
}

/** A session that authorizes nothing must decrypt, encrypt or audit. */
function checkHelper(tpm: TpmState, request: Authorized, used: UsedSession): void {
  const { audit, encrypt, decrypt } = used.attributes
  if (!audit && !encrypt && !decrypt) throw new TpmError(RC.attributes)
  if (!hasRightHmac(tpm, request, used)) refuseAuth(tpm, used, false)
}

function checkEntity(tpm: TpmState, request: Authorized, used: UsedSession, entity: Entity, role: AuthRole): void {
  const { session } = used
  const { code } = request.implemented.command
  const isPolicy = session?.isPolicy ?? false
  // Nobody stands beside an emulated TPM: physical presence is never asserted
  if (needsPhysicalPresence(entity, code)) throw new TpmError(RC.pp)
  const isAuthValueUsed = usesAuthValue(tpm, session, entity)
  if (isAuthValueUsed && !isExempt(entity)) checkLockout(tpm, entity.handle === RH.lockout)
  if (!isPolicy && needsPolicy(tpm, entity, role)) throw new TpmError(RC.authType)
  if (isPublicOnly(entity)) throw new TpmError(RC.authUnavailable)
  if (!isPolicy && !mayUseAuthValue(entity, role, code)) throw new TpmError(RC.authUnavailable)
  if (session?.isPolicy === true) {
    if (!mayUsePolicy(tpm, entity, role, code)) throw new TpmError(RC.authUnavailable)
    checkPolicy(tpm, request, session, entity, role)
  }
  const isRight = session === undefined ? isPassword(tpm, used, entity) : hasRightHmac(tpm, request, used)
  if (isAuthValueUsed && entity.kind === 'nvIndex' && isPin(entity)) countPin(tpm, entity, isRight)
  if (!isRight) refuseAuth(tpm, used, isAuthValueUsed)
}

/** Part 1, 19.6.5: a session that is bound to the entity has its authValue in the key already. */
function usesAuthValue(tpm: TpmState, session: Session | undefined, entity: Entity): boolean {
  if (session === undefined) return true
  if (session.isPolicy) return session.policy.authValueNeeded || session.policy.passwordNeeded
  return session.boundTo === undefined || !equalInConstantTime(session.boundTo, bindingOf(tpm, entity))
}

const isPassword = (tpm: TpmState, { hmac }: UsedSession, entity: Entity): boolean =>
  equalInConstantTime(withoutTrailingZeros(hmac), authValueOf(tpm, entity))

function hasRightHmac(tpm: TpmState, request: Authorized, used: UsedSession): boolean {
  const { session, entity } = used
  if (session === undefined) return true
  if (session.policy.passwordNeeded && entity !== undefined) return isPassword(tpm, used, entity)
  const key = hmacKeyOf(tpm, used)
  if (key.length === 0 && used.hmac.length === 0) return true
  const expected = sessionHmac({
    hash: session.hash,
    key,
    parameterHash: request.cpHash(session.hash),
    nonces: { newer: used.nonceCaller, older: session.nonceTPM },
    otherNonces: used.index === 0 && entity !== undefined ? otherNonces(request.sessions) : [],
    attributes: used.attributes,
  })
  key.fill(0)
  return equalInConstantTime(expected, used.hmac)
}

/** sessionKey, and the authValue where it is part of the key (Part 1, 19.6.5). */
export function hmacKeyOf(tpm: TpmState, used: UsedSession): Uint8Array {
  const { session, entity } = used
  if (session === undefined) return new Uint8Array(0)
  if (entity === undefined || !used.takesAuthValue) return session.key.slice()
  return concat(session.key, authValueOf(tpm, entity))
}

/** Part 1, 19.6.5: the first HMAC, if it authorizes, covers the nonces of the sessions that decrypt and encrypt. */
function otherNonces(sessions: readonly UsedSession[]): Uint8Array[] {
  const [first] = sessions
  const decrypting = findSession(sessions, 'decrypt')
  const encrypting = findSession(sessions, 'encrypt')
  const others: Uint8Array[] = []
  if (decrypting?.session !== undefined && decrypting !== first) others.push(decrypting.session.nonceTPM)
  if (encrypting?.session !== undefined && encrypting !== first && encrypting !== decrypting) {
    others.push(encrypting.session.nonceTPM)
  }
  return others
}

/**
 * Part 1, 19.8: a wrong authValue of a protected entity, or of one the session is bound to, is counted. Where neither is
 * part of the HMAC, nobody can have tried one.
 */
function refuseAuth(tpm: TpmState, { entity, session }: UsedSession, isAuthValueUsed: boolean): never {
  const isTried = isAuthValueUsed && entity !== undefined && !isExempt(entity)
  const isBound = session !== undefined && session.daBound !== 'no'
  if (!isTried && !isBound) throw new TpmError(RC.badAuth)
  recordFailure(tpm, entity?.handle === RH.lockout || session?.daBound === 'lockout')
  throw new TpmError(RC.authFail)
}

function decryptFirst(tpm: TpmState, request: Authorized): void {
  const used = findSession(request.sessions, 'decrypt')
  if (used?.session === undefined) return
  const { session, entity, nonceCaller } = used
  const { parameters } = request
  const size = ((parameters[0] ?? 0) << 8) | (parameters[1] ?? 0)
  // CVE-2023-1017 and -1018: the size field must be there, and what it counts too, before anything is written over it
  if (parameters.length < 2) throw new TpmError(atSession(RC.insufficient, used.index))
  if (size > parameters.length - 2) throw new TpmError(atSession(RC.size, used.index))
  const key = entity === undefined ? session.key.slice() : concat(session.key, authValueOf(tpm, entity))
  const nonces = { newer: nonceCaller, older: session.nonceTPM }
  const plain = cryptParameter(
    'decrypt',
    { hash: session.hash, symmetric: session.symmetric, key, nonces },
    parameters.slice(2, 2 + size),
  )
  parameters.set(plain, 2)
  plain.fill(0)
  key.fill(0)
}

/** Zeroes passwords and what was decrypted, of which the handler had copies; the command itself is the caller's. */
export function forgetSecrets({ sessions, parameters }: Authorized): void {
  if (isDecrypted(sessions)) parameters.fill(0)
  for (const { session, hmac } of sessions) if (session === undefined) hmac.fill(0)
}
