import { AuthSession } from './client-session.ts'
import type { TpmClient } from './client.ts'
import { StartAuthSession } from './commands/index.ts'
import { ALG } from './constants/algorithms.ts'
import { RH } from './constants/handles.ts'
import { SE } from './constants/tags.ts'
import { digestSize } from './hash.ts'
import { handleName } from './names.ts'
import type { Random } from './ecc/scalar.ts'
import { shareSecret } from './secret-sharing.ts'
import { sessionKey, withoutTrailingZeros } from './session-math.ts'
import type { TPMT_PUBLIC, TPMT_SYM_DEF } from './structures/index.ts'

const empty = new Uint8Array(0)

export interface SessionOptions {
  readonly type: keyof typeof SE
  readonly random: Random
  readonly hash: number
  readonly symmetric?: TPMT_SYM_DEF
  /** The key whose holder alone learns the salt. */
  readonly salt?: { readonly handle: number; readonly publicArea: TPMT_PUBLIC }
  readonly bind?: { readonly handle: number; readonly authValue: Uint8Array }
}

/** Starts a session in the TPM; flush it with FlushContext, or use it once without continueSession. */
export async function startSession(client: TpmClient, options: SessionOptions): Promise<AuthSession> {
  const { hash, random, salt, bind, symmetric = { algorithm: ALG.null } } = options
  const nonceCaller = random(digestSize(hash))
  const shared = salt === undefined ? undefined : shareSecret(salt.publicArea, 'SECRET', random)
  const { handle, nonceTPM } = await client.run(
    StartAuthSession,
    { tpmKey: named(salt?.handle ?? RH.null), bind: named(bind?.handle ?? RH.null) },
    {
      nonceCaller,
      encryptedSalt: shared?.encrypted ?? empty,
      sessionType: SE[options.type],
      symmetric,
      authHash: hash,
    },
  )
  const bindAuthValue = bind === undefined ? undefined : withoutTrailingZeros(bind.authValue)
  const key = sessionKey({ hash, bindAuthValue, salt: shared?.seed, nonceTPM, nonceCaller })
  shared?.seed.fill(0)
  return new AuthSession(handle, { hash, symmetric, random }, { key, nonceTPM })
}

/** A handle whose Name is the handle itself. */
export const named = (handle: number): { readonly handle: number; readonly name: Uint8Array } => ({
  handle,
  name: handleName(handle),
})
