import { concat, Writer } from '../../../core/bytes/index.ts'
import {
  cryptParameter,
  digestSize,
  digest,
  encode,
  RC,
  responseParameterHash,
  sessionHmac,
  ST,
  TPM2B_AUTH,
  TPM2B_NONCE,
  TPMA_SESSION,
  type CommandAttributes,
} from '../../../core/tpm/index.ts'
import { auditCommand } from '../state/command-audit.ts'
import { authValueOf } from '../state/authorization-of.ts'
import { findNvIndex } from '../state/nv-space.ts'
import { initialPolicy } from '../state/session.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { hmacKeyOf } from './authorize.ts'
import type { Parsed } from './parse.ts'
import { findSession, type UsedSession } from './used-session.ts'

const empty = new Uint8Array(0)

/** The response to a command that succeeded (Part 3, 5.9). */
export function answer(tpm: TpmState, request: Parsed, values: object): Uint8Array {
  const { command, returns } = request.implemented
  const to = new Writer()
  to.u16(request.hasSessions ? ST.sessions : ST.noSessions)
    .u32(0)
    .u32(RC.success)
  if ((command.returnsHandle as unknown) !== undefined) to.u32((values as { handle: number }).handle)
  if (request.hasSessions) to.u32(0)
  const start = to.size
  returns.write(to, values)
  const parameters = to.view(start)
  const authorizations = request.hasSessions ? authorizeResponse(tpm, request, parameters) : empty
  if (request.hasSessions) to.patchU32(start - sizeBytes, parameters.length)
  else breakExclusive(tpm, request)
  auditCommand(tpm, { code: command.code, cpHash: request.cpHash, responseParameters: parameters })
  to.bytes(authorizations)
  to.patchU32(responseSizeOffset, to.size)
  return to.done()
}
const responseSizeOffset = 2
const sizeBytes = 4

/** The command may have changed the entity's authValue, or removed the entity; the response stands under what is now. */
function afterCommand(tpm: TpmState, used: UsedSession): UsedSession {
  const { entity } = used
  if (entity?.kind === 'nvIndex') return { ...used, entity: findNvIndex(tpm, entity.handle) }
  return used
}

function authorizeResponse(tpm: TpmState, request: Parsed, parameters: Uint8Array): Uint8Array {
  const sessions = request.sessions.map((used) => afterCommand(tpm, used))
  for (const { session } of sessions)
    if (session !== undefined) session.nonceTPM = tpm.nonces.draw(session.nonceTPM.length)
  encryptFirst(tpm, sessions, parameters)
  audit(tpm, request, sessions, parameters)
  const to = new Writer()
  for (const used of sessions) writeAuthorization(tpm, request, used, parameters, to)
  return to.done()
}

/** Part 1, 19.6.10: an audit session that is used alone stays exclusive. */
function audit(tpm: TpmState, request: Parsed, sessions: readonly UsedSession[], parameters: Uint8Array): void {
  const used = findSession(sessions, 'audit')
  if (used?.session === undefined) {
    breakExclusive(tpm, request)
    return
  }
  const { session, attributes } = used
  if (session.auditDigest === undefined || attributes.auditReset) {
    session.auditDigest = new Uint8Array(digestSize(session.hash))
    tpm.exclusiveSession = session.handle
  } else if (tpm.exclusiveSession !== session.handle) tpm.exclusiveSession = undefined
  const { code } = request.implemented.command
  const rpHash = responseParameterHash(session.hash, code, parameters)
  session.auditDigest = digest(session.hash, session.auditDigest, request.cpHash(session.hash), rpHash)
}

/** What takes no sessions at all could not have been audited. */
function breakExclusive(tpm: TpmState, { implemented: { command } }: Parsed): void {
  if ((command.attributes as CommandAttributes).noSessions !== true) tpm.exclusiveSession = undefined
}

function encryptFirst(tpm: TpmState, sessions: readonly UsedSession[], parameters: Uint8Array): void {
  const used = findSession(sessions, 'encrypt')
  if (used?.session === undefined) return
  const { session, entity, nonceCaller } = used
  const size = ((parameters[0] ?? 0) << 8) | (parameters[1] ?? 0)
  const key = entity === undefined ? session.key.slice() : concat(session.key, authValueOf(tpm, entity))
  const nonces = { newer: session.nonceTPM, older: nonceCaller }
  const { hash, symmetric } = session
  const sealed = cryptParameter('encrypt', { hash, symmetric, key, nonces }, parameters.slice(2, 2 + size))
  key.fill(0)
  parameters.set(sealed, 2)
}

/** No nonce, continueSession, no HMAC (Part 1, 19.4). */
const passwordAcknowledged = concat(
  encode(TPM2B_NONCE, empty),
  encode(TPMA_SESSION, TPMA_SESSION.of('continueSession')),
  encode(TPM2B_AUTH, empty),
)

function writeAuthorization(
  tpm: TpmState,
  request: Parsed,
  used: UsedSession,
  parameters: Uint8Array,
  to: Writer,
): void {
  const { session } = used
  if (session === undefined) {
    to.bytes(passwordAcknowledged)
    return
  }
  const attributes = used.attributes.audit
    ? { ...used.attributes, auditExclusive: tpm.exclusiveSession === session.handle }
    : used.attributes
  TPM2B_NONCE.write(to, session.nonceTPM)
  TPMA_SESSION.write(to, attributes)
  TPM2B_AUTH.write(to, responseHmac(tpm, request, used, attributes, parameters))
  if (!attributes.continueSession) tpm.sessions.flush(session.handle)
  // Part 1, 19.7.2: a policy is for one command, also where the session only carried a parameter
  else if (session.isPolicy) session.policy = initialPolicy(session.hash)
}

function responseHmac(
  tpm: TpmState,
  request: Parsed,
  used: UsedSession,
  attributes: TPMA_SESSION,
  parameters: Uint8Array,
): Uint8Array {
  const { session } = used
  if (session === undefined || session.policy.passwordNeeded) return empty
  const key = hmacKeyOf(tpm, used)
  if (key.length === 0 && used.hmac.length === 0) return empty
  const mac = sessionHmac({
    hash: session.hash,
    key,
    parameterHash: responseParameterHash(session.hash, request.implemented.command.code, parameters),
    nonces: { newer: session.nonceTPM, older: used.nonceCaller },
    attributes,
  })
  key.fill(0)
  return mac
}

const errorResponseBytes = 10

/**
 * The response to a command that is refused: a header, nothing else (Part 1, 18.4). Its tag is never
 * TPM_ST_RSP_COMMAND, also where the command's tag is wrong: firmware that tries a TPM 1.2 command first (OVMF) would
 * take this TPM for one.
 */
export function refusal(rc: number): Uint8Array {
  return new Writer().u16(ST.noSessions).u32(errorResponseBytes).u32(rc).done()
}
