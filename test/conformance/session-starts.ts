import { expect } from 'chai'
import {
  ALG,
  atHandle,
  atParameter,
  HashSequenceStart,
  LoadExternal,
  named,
  RC,
  RH,
  SE,
  StartAuthSession,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { eccKey, hmacKey, loadExternal, rsaKey } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty = new Uint8Array(0)
const salt = Uint8Array.of(1)
const decrypting = rsaKey({ scheme: ALG.null }, ['userWithAuth', 'noDA', 'decrypt'])

/** Part 3, 11.1: which keys take a salt, and what is said first of several faults. */
export function sessionStarts(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  beforeEach(async () => {
    bench = await start()
    client = bench.client
  })

  afterEach(() => {
    bench.close()
  })

  const begin = (tpmKey: number, encryptedSalt: Uint8Array, mode: number = ALG.cfb) => {
    const symmetric = { algorithm: ALG.aes, keyBits: 128, mode } as const
    const parameters = { nonceCaller: new Uint8Array(16), encryptedSalt, sessionType: SE.hmac, symmetric }
    const handles = { tpmKey: named(tpmKey), bind: named(RH.null) }
    return codeOf(client.run(StartAuthSession, handles, { ...parameters, authHash: ALG.sha256 }))
  }

  it('a sequence is no key', async () => {
    const { handle } = await client.run(HashSequenceStart, {}, { auth: empty, hashAlg: ALG.sha256 })
    expect(await begin(handle, salt)).to.equal(atHandle(RC.key, 0))
    expect(await begin(handle, empty)).to.equal(atHandle(RC.key, 0))
  })

  it('a symmetric key takes none', async () => {
    const { handle } = await loadExternal(client, hmacKey(salt))
    expect(await begin(handle, empty)).to.equal(atHandle(RC.key, 0))
  })

  it('the salt is missed before the private part, and that before its use', async () => {
    const parameters = { inPrivate: undefined, inPublic: decrypting.publicArea, hierarchy: RH.null }
    const { handle } = await client.run(LoadExternal, {}, parameters)
    expect(await begin(handle, empty)).to.equal(atParameter(RC.value, 1))
    expect(await begin(handle, salt)).to.equal(atHandle(RC.handle, 0))
  })

  it('a key that only signs takes none', async () => {
    const { handle } = await loadExternal(client, eccKey())
    expect(await begin(handle, salt)).to.equal(atHandle(RC.attributes, 0))
  })

  it('a salt that does not open is refused before a mode of the cipher', async () => {
    const { handle } = await loadExternal(client, decrypting)
    expect(await begin(handle, salt, ALG.cbc)).to.equal(atParameter(RC.value, 1))
    expect(await begin(RH.null, empty, ALG.cbc)).to.equal(atParameter(RC.mode, 3))
  })

  it('a key without a Name opens none', async () => {
    const inPublic = { ...decrypting.publicArea, nameAlg: ALG.null }
    const parameters = { inPrivate: decrypting.sensitive, inPublic, hierarchy: RH.null }
    const { handle } = await client.run(LoadExternal, {}, parameters)
    expect(await begin(handle, salt)).to.equal(atParameter(RC.value, 1))
  })
}
