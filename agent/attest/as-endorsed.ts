import {
  ALG,
  named,
  passwordSession,
  PolicySecret,
  RH,
  startSession,
  type AuthSession,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { flush } from './primary-key.ts'

const empty = new Uint8Array(0)

/**
 * Has an EK used once, by its policy: PolicySecret(TPM_RH_ENDORSEMENT) (TCG EK Credential Profile, B.3). A session that was not
 * used up leaves the TPM, which has room for few.
 */
export async function asEndorsed<Made>(
  client: TpmClient,
  random: (size: number) => Uint8Array,
  use: (auth: AuthSession) => Promise<Made>,
): Promise<Made> {
  const session = await startSession(client, { type: 'policy', random, hash: ALG.sha256 })
  try {
    await client.run(
      PolicySecret,
      { authHandle: { ...named(RH.endorsement), auth: passwordSession() }, policySession: named(session.handle) },
      { nonceTPM: empty, cpHashA: empty, policyRef: empty, expiration: 0 },
    )
    return await use(session.with({ attributes: [] }))
  } catch (error) {
    await flush(client, session)
    throw error
  }
}
