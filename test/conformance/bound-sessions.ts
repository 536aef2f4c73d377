import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import {
  ALG,
  atSession,
  DictionaryAttackParameters,
  GetRandom,
  HMAC,
  named,
  passwordSession,
  RC,
  RH,
  startSession,
  TPMA_OBJECT,
  type AuthSession,
  type SessionOptions,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { type ExternalKey, hmacKey, loadExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const authValue = new TextEncoder().encode('of the key')
const symmetric = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const

/** A key with an authValue, and the attributes given. */
function lockedKey(...attributes: readonly (keyof TPMA_OBJECT)[]): ExternalKey {
  const { publicArea, sensitive } = hmacKey(random(32))
  const objectAttributes = TPMA_OBJECT.of('userWithAuth', 'sign', ...attributes)
  return { publicArea: { ...publicArea, objectAttributes }, sensitive: { ...sensitive, authValue } }
}

/** Part 1, 19.6.5 and 19.8: what it means that a session is bound. */
export function boundSessions(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  beforeEach(async () => {
    bench = await start()
    client = bench.client
    bench.exact(false)
  })

  afterEach(() => {
    bench.close()
  })

  async function boundTo(key: { readonly handle: number }, type: SessionOptions['type']): Promise<AuthSession> {
    const bind = { handle: key.handle, authValue }
    return startSession(client, { type, random, hash: ALG.sha256, symmetric, bind })
  }

  const allowTries = (newMaxTries: number) => {
    const lockHandle = { ...named(RH.lockout), auth: passwordSession() }
    const parameters = { newMaxTries, newRecoveryTime: 1000, lockoutRecovery: 1000 }
    return client.run(DictionaryAttackParameters, { lockHandle }, parameters)
  }

  for (const type of ['hmac', 'policy'] as const) {
    it(`refuses every use of a ${type} session that is bound to a protected key, while guessing is locked out`, async () => {
      const [protectedKey, other] = [
        await loadExternal(client, lockedKey()),
        await loadExternal(client, lockedKey('noDA')),
      ]
      const guarded = await boundTo(protectedKey, type)
      const free = await boundTo(other, type)
      const drawThrough = (session: AuthSession) => {
        const encrypting = session.with({ attributes: ['continueSession', 'encrypt'] })
        return codeOf(client.run(GetRandom, {}, { bytesRequested: 8 }, [encrypting]))
      }
      await allowTries(0)
      expect(await drawThrough(guarded)).to.equal(RC.lockout)
      expect(await drawThrough(free)).to.equal(RC.success)
      await allowTries(3)
      expect(await drawThrough(guarded)).to.equal(RC.success)
    })
  }

  it('counts a wrong HMAC of a policy session that is bound to a protected key', async () => {
    const guarded = await boundTo(await loadExternal(client, lockedKey()), 'policy')
    guarded.with({ attributes: ['continueSession', 'encrypt'], authValue: random(4) })
    const draw = client.run(GetRandom, {}, { bytesRequested: 8 }, [guarded])
    expect(await codeOf(draw)).to.equal(atSession(RC.authFail, 0))
  })

  it('forgets the binding of a session that has audited a command', async () => {
    const key = await loadExternal(client, lockedKey('noDA'))
    const session = await boundTo(key, 'hmac')
    const authenticate = (isBound: boolean) => {
      const auth = session.with({ attributes: ['continueSession'], authValue, isBound })
      return codeOf(client.run(HMAC, { handle: { ...key, auth } }, { buffer: random(8), hashAlg: ALG.null }))
    }
    expect(await authenticate(true)).to.equal(RC.success)
    session.with({ attributes: ['continueSession', 'audit'], authValue: new Uint8Array(0) })
    await client.run(GetRandom, {}, { bytesRequested: 8 }, [session])
    expect(await authenticate(true)).to.equal(atSession(RC.badAuth, 0))
    expect(await authenticate(false)).to.equal(RC.success)
  })
}
