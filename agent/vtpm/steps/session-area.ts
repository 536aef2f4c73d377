import { equalInConstantTime, Reader, WireError } from '../../../core/bytes/index.ts'
import {
  ALG,
  atSession,
  type CommandAttributes,
  isEncryptable,
  RC,
  referenceOfSession,
  responseCodeOf,
  RH,
  TPM2B_AUTH,
  TPM2B_NONCE,
  TPMA_SESSION,
  TPMI_SH_AUTH_SESSION,
  type Shape,
} from '../../../core/tpm/index.ts'
import { bindingOf } from '../state/binding.ts'
import type { Entity } from '../state/entity.ts'
import { isInRange } from '../state/handle-ranges.ts'
import type { Session } from '../state/session.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { TpmError } from '../tpm-error.ts'
import type { Addressed } from './address.ts'
import type { UsedSession } from './used-session.ts'

const maxSessions = 3
/** A password authorization with nothing in it. */
const minAreaBytes = 9

/**
 * The authorizations as they stand in the command (Part 3, 5.5), each with the entity it authorizes.
 * @throws TpmError for every one that could not be used, whatever its HMAC.
 */
export function readSessionArea(tpm: TpmState, addressed: Addressed): readonly UsedSession[] {
  const area = readArea(addressed.body)
  if ((addressed.implemented.command.attributes as CommandAttributes).noSessions === true)
    throw new TpmError(RC.authContext)
  const toAuthorize = addressed.implemented.roles.length
  const sessions: UsedSession[] = []
  while (area.left > 0) {
    if (sessions.length === maxSessions) throw new TpmError(atSession(RC.size, maxSessions))
    const used = readOne(
      tpm,
      area,
      sessions.length,
      sessions.length < toAuthorize ? addressed.entities[sessions.length] : undefined,
    )
    checkUsedOnce(sessions, used)
    checkAttributes(addressed, sessions, used)
    checkExclusive(tpm, used)
    sessions.push(used)
  }
  if (sessions.length < toAuthorize) throw new TpmError(RC.authMissing)
  return sessions
}

function readArea(body: Reader): Reader {
  if (body.left < 4) throw new TpmError(RC.insufficient)
  const size = body.u32()
  if (size < minAreaBytes || size > body.left) throw new TpmError(RC.size)
  return new Reader(body.view(size))
}

function readOne(tpm: TpmState, area: Reader, index: number, entity: UsedSession['entity']): UsedSession {
  const { handle, nonceCaller, attributes, hmac } = readFields(tpm, area, index)
  if (handle === RH.password)
    return { index, nonceCaller, attributes, hmac, entity, session: undefined, takesAuthValue: false }
  const session = tpm.sessions.get(handle)
  if (session === undefined) {
    // There may be one of the other type, which is no missing session
    throw new TpmError(tpm.sessions.isLoaded(handle) ? atSession(RC.handle, index) : referenceOfSession(index))
  }
  const takesIt = entity !== undefined && takesAuthValue(tpm, session, entity)
  return { index, nonceCaller, attributes, hmac, entity, session, takesAuthValue: takesIt }
}

/** Part 1, 19.6.5: unless the session is bound to this entity, or its policy does not ask for the authValue. */
const takesAuthValue = (tpm: TpmState, session: Session, entity: Entity): boolean =>
  session.isPolicy
    ? session.policy.authValueNeeded
    : session.boundTo === undefined || !equalInConstantTime(session.boundTo, bindingOf(tpm, entity))

function readFields(tpm: TpmState, area: Reader, index: number) {
  try {
    const handle = TPMI_SH_AUTH_SESSION.read(area)
    if (!isInRange(tpm, handle)) throw new TpmError(atSession(RC.value, index))
    return {
      handle,
      nonceCaller: TPM2B_NONCE.read(area),
      attributes: TPMA_SESSION.read(area),
      hmac: TPM2B_AUTH.read(area),
    }
  } catch (error) {
    if (error instanceof WireError) throw new TpmError(atSession(responseCodeOf(error), index))
    throw error
  }
}

/** Part 1, 19.6.2: its nonces cannot roll twice in one command. */
function checkUsedOnce(before: readonly UsedSession[], { session, index }: UsedSession): void {
  if (session !== undefined && before.some((other) => other.session === session))
    throw new TpmError(atSession(RC.handle, index))
}

/** Part 1, 19.6.10: a command may demand that nothing ran outside of its audit session. */
function checkExclusive(tpm: TpmState, { session, attributes }: UsedSession): void {
  const { audit, auditExclusive, auditReset } = attributes
  if (session?.auditDigest === undefined || !audit || !auditExclusive || auditReset) return
  if (tpm.exclusiveSession !== session.handle) throw new TpmError(RC.exclusive)
}

/** Part 1, 19.6.3 and 21: what a session may be used for, and that no two are used for the same. */
function checkAttributes(addressed: Addressed, before: readonly UsedSession[], used: UsedSession): void {
  const { attributes, session, index } = used
  const refuse = (rc: number): never => {
    throw new TpmError(atSession(rc, index))
  }
  const { decrypt, encrypt, audit, auditExclusive, auditReset } = attributes
  if (session === undefined) {
    if (decrypt || encrypt || audit || auditExclusive || auditReset) refuse(RC.attributes)
    if (used.nonceCaller.length > 0) refuse(RC.nonce)
    return
  }
  const { parameters, returns } = addressed.implemented.command as { parameters: Shape; returns: Shape }
  for (const [wanted, name, shape] of [
    [decrypt, 'decrypt', parameters],
    [encrypt, 'encrypt', returns],
  ] as const) {
    if (!wanted) continue
    if (before.some((other) => other.attributes[name]) || !isEncryptable(shape)) refuse(RC.attributes)
    if (session.symmetric.algorithm === ALG.null) refuse(RC.symmetric)
  }
  if (audit && (session.isPolicy || before.some((other) => other.attributes.audit))) refuse(RC.attributes)
}
