import { ALG, digestSize, PolicyRestart, RC, RH, SE, sessionKey, StartAuthSession } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { isAsymmetric } from '../objects/public-checks.ts'
import { openSecret } from '../objects/shared-secret.ts'
import { authValueOf } from '../state/authorization-of.ts'
import { bindingOf } from '../state/binding.ts'
import { isExempt } from '../state/dictionary-attack.ts'
import type { Entity } from '../state/entity.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import { isPin } from '../state/nv-pin.ts'
import { initialPolicy, Session } from '../state/session.ts'

/** Part 3, 11.1: a shorter nonce would let a response be replayed. */
const minNonceBytes = 16
const sessionTypes = { [SE.hmac]: 'hmac', [SE.policy]: 'policy', [SE.trial]: 'trial' } as const

/**
 * Part 3, 11.1.
 * @throws VALUE if a salt is missing, has no key or does not open; KEY, ATTRIBUTES, HANDLE if the key cannot open it; HANDLE
 * of what no session is bound to; SIZE of the nonce; MODE of the cipher; SESSION_MEMORY, SESSION_HANDLES.
 */
const startAuthSession = implement(StartAuthSession, (tpm, { handles: { tpmKey, bind }, parameters, fail }) => {
  const { nonceCaller, encryptedSalt, sessionType, symmetric, authHash } = parameters
  if (nonceCaller.length < minNonceBytes || nonceCaller.length > digestSize(authHash)) fail(RC.size, 'nonceCaller')
  if (tpmKey !== undefined && !isAsymmetric(tpmKey.publicArea)) fail(RC.key, 'tpmKey')
  if ((tpmKey === undefined) !== (encryptedSalt.length === 0)) fail(RC.value, 'encryptedSalt')
  if (tpmKey !== undefined && tpmKey.sensitive === undefined) fail(RC.handle, 'tpmKey')
  if (tpmKey?.publicArea.objectAttributes.decrypt === false) fail(RC.attributes, 'tpmKey')
  const salt = tpmKey === undefined ? undefined : openSalt(tpmKey, encryptedSalt)
  if (typeof salt === 'number') return fail(RC.value, 'encryptedSalt')
  try {
    if (bind !== undefined && !canBeBoundTo(bind)) fail(RC.handle, 'bind')
    if ('mode' in symmetric && symmetric.mode !== ALG.cfb) fail(RC.mode, 'symmetric')
    const type = sessionTypes[sessionType as keyof typeof sessionTypes]
    const handle = tpm.sessions.freeHandle(type !== 'hmac')

    const nonceTPM = tpm.nonces.draw(nonceCaller.length)
    const bindAuthValue = bind === undefined ? undefined : authValueOf(tpm, bind)
    const key = sessionKey({ hash: authHash, bindAuthValue, salt, nonceTPM, nonceCaller })
    tpm.sessions.put(
      new Session({
        handle,
        type,
        hash: authHash,
        symmetric,
        key,
        boundTo: bind !== undefined && type === 'hmac' ? bindingOf(tpm, bind) : undefined,
        // Part 1, 19.8: every use of a session whose key is of a protected authValue would tell a right guess
        daBound: bind === undefined ? 'no' : protectionAgainstGuessing(bind),
        startedAt: tpm.clock.time,
        timeEpoch: tpm.timeEpoch,
        nonceTPM,
      }),
    )
    return { handle, nonceTPM }
  } finally {
    salt?.fill(0)
  }
})

/** No secret is made for a key without a Name. */
const openSalt = (key: LoadedObject, encryptedSalt: Uint8Array): Uint8Array | number =>
  key.publicArea.nameAlg === ALG.null ? RC.value : openSecret(key, 'SECRET', encryptedSalt)

function protectionAgainstGuessing(entity: Entity): 'no' | 'object' | 'lockout' {
  if (isExempt(entity)) return 'no'
  return entity.handle === RH.lockout ? 'lockout' : 'object'
}

/** A session is not bound to what has no authValue here, nor to a PIN, of which each use counts. */
function canBeBoundTo(bind: Entity): boolean {
  if (bind.kind === 'object') return bind.sensitive !== undefined
  return bind.kind !== 'nvIndex' || !isPin(bind)
}

/** Part 3, 11.2. */
const policyRestart = implement(PolicyRestart, (_tpm, { handles: { sessionHandle } }) => {
  sessionHandle.policy = initialPolicy(sessionHandle.hash)
  return {}
})

export const sessionCommands = [startAuthSession, policyRestart]
