import { ALG, digestSize, PolicyRestart, RC, RH, SE, sessionKey, StartAuthSession } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { isAsymmetric } from '../objects/public-checks.ts'
import { openSecret } from '../objects/shared-secret.ts'
import { authValueOf } from '../state/authorization-of.ts'
import { bindingOf } from '../state/binding.ts'
import { isExempt } from '../state/dictionary-attack.ts'
import type { Entity } from '../state/entity.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import { initialPolicy, Session } from '../state/session.ts'

/** Part 3, 11.1: a shorter nonce would let a response be replayed. */
const minNonceBytes = 16
const sessionTypes = { [SE.hmac]: 'hmac', [SE.policy]: 'policy', [SE.trial]: 'trial' } as const

/**
 * Part 3, 11.1.
 * @throws VALUE if a salt is missing or has no key; KEY, ATTRIBUTES, HANDLE if the key cannot open it; SIZE of the nonce;
 * MODE of the cipher; SESSION_MEMORY, SESSION_HANDLES.
 */
const startAuthSession = implement(StartAuthSession, (tpm, { handles: { tpmKey, bind }, parameters, fail }) => {
  const { nonceCaller, encryptedSalt, sessionType, symmetric, authHash } = parameters
  if (nonceCaller.length < minNonceBytes || nonceCaller.length > digestSize(authHash)) fail(RC.size, 'nonceCaller')
  const problem = tpmKey === undefined ? undefined : saltKeyProblem(tpmKey)
  if (problem !== undefined) fail(problem, 'tpmKey')
  if ((tpmKey === undefined) !== (encryptedSalt.length === 0)) fail(RC.value, 'encryptedSalt')
  if (bind?.kind === 'object' && bind.sensitive === undefined) fail(RC.handle, 'bind')
  if ('mode' in symmetric && symmetric.mode !== ALG.cfb) fail(RC.mode, 'symmetric')
  const type = sessionTypes[sessionType as keyof typeof sessionTypes]
  const handle = tpm.sessions.freeHandle(type !== 'hmac')
  const salt = tpmKey === undefined ? undefined : openSecret(tpmKey, 'SECRET', encryptedSalt)
  if (typeof salt === 'number') return fail(RC.value, 'encryptedSalt')

  const nonceTPM = tpm.nonces.draw(nonceCaller.length)
  const bindAuthValue = bind === undefined ? undefined : authValueOf(tpm, bind)
  const key = sessionKey({ hash: authHash, bindAuthValue, salt, nonceTPM, nonceCaller })
  salt?.fill(0)
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
})

function saltKeyProblem({ publicArea, sensitive }: LoadedObject): number | undefined {
  if (!isAsymmetric(publicArea) || publicArea.nameAlg === ALG.null) return RC.key
  if (sensitive === undefined) return RC.handle
  return publicArea.objectAttributes.decrypt ? undefined : RC.attributes
}

function protectionAgainstGuessing(entity: Entity): 'no' | 'object' | 'lockout' {
  if (isExempt(entity)) return 'no'
  return entity.handle === RH.lockout ? 'lockout' : 'object'
}

/** Part 3, 11.2. */
const policyRestart = implement(PolicyRestart, (_tpm, { handles: { sessionHandle } }) => {
  sessionHandle.policy = initialPolicy(sessionHandle.hash)
  return {}
})

export const sessionCommands = [startAuthSession, policyRestart]
