import { expect } from 'chai'
import { generateKeyPairSync } from 'node:crypto'
import {
  ALG,
  atParameter,
  FlushContext,
  LoadExternal,
  RC,
  RH,
  RSA_Encrypt,
  type RsaPublic,
  Sign,
  ST,
  type TpmClient,
  type TPMT_PUBLIC,
  type TPMT_SENSITIVE,
  VerifySignature,
} from '../../core/tpm/index.ts'
import { eccKey, type ExternalKey, hmacKey, rsaKey, withExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty = new Uint8Array(0)
const noTicket = { tag: ST.hashcheck, hierarchy: RH.null, digest: empty }
const bytes = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'base64url'))
const attributes = ['userWithAuth', 'noDA', 'sign', 'decrypt'] as const

/** An RSA key by the default exponent that says it has another. */
function claiming(exponent: number): ExternalKey {
  const key = rsaKey({ scheme: ALG.null }, attributes)
  const publicArea = key.publicArea as RsaPublic
  return { ...key, publicArea: { ...publicArea, parameters: { ...publicArea.parameters, exponent } } }
}

function made(exponent: number): ExternalKey {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: exponent }).privateKey.export({
    format: 'jwk',
  })
  const { publicArea, sensitive } = claiming(exponent)
  const unique = bytes(jwk.n)
  return {
    publicArea: { ...(publicArea as RsaPublic), unique },
    sensitive: { ...sensitive, sensitive: bytes(jwk.p) },
  }
}

/** A key with both areas changed. */
function changed({ publicArea, sensitive }: ExternalKey, area: Partial<TPMT_PUBLIC>, secret: Partial<TPMT_SENSITIVE>) {
  const inPrivate = { ...sensitive, ...secret } as TPMT_SENSITIVE
  return { inPrivate, inPublic: { ...publicArea, ...area } as TPMT_PUBLIC, hierarchy: RH.null }
}

const longAuth = { authValue: new Uint8Array(33) }
const longSeed = { seedValue: new Uint8Array(33) }
const shortSeed = { seedValue: new Uint8Array(1) }
const badPolicy = { authPolicy: new Uint8Array(1) }
const shortModulus = { unique: new Uint8Array(255).fill(0xff) }
const hmacSecret = new Uint8Array(2)

/** Which of two faults counts. */
const twice: readonly (readonly [string, ReturnType<typeof changed>, number])[] = [
  ['an authValue and a modulus', changed(rsaKey(), shortModulus, longAuth), atParameter(RC.size, 0)],
  [
    'an authValue and a seed of a cipher’s kind',
    changed(hmacKey(hmacSecret), {}, { ...longAuth, ...shortSeed }),
    atParameter(RC.size, 0),
  ],
  ['a seed and a policy', changed(eccKey(), badPolicy, longSeed), atParameter(RC.keySize, 0)],
  ['a seed and an authValue', changed(eccKey(), {}, { ...longSeed, ...longAuth }), atParameter(RC.keySize, 0)],
  ['a policy and an authValue', changed(eccKey(), badPolicy, longAuth), atParameter(RC.size, 1)],
  [
    'a modulus and a prime',
    changed(rsaKey(), shortModulus, { sensitive: new Uint8Array(128) }),
    atParameter(RC.key, 1),
  ],
  [
    'a prime that is padded',
    changed(rsaKey(), {}, { sensitive: new Uint8Array(128).fill(1, 1) }),
    atParameter(RC.keySize, 0),
  ],
]

/** Part 3, 12.3 and Part 1, 27.6: keys that were made elsewhere. */
export function foreignKeys(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  const load = (parameters: ReturnType<typeof changed>) => client.run(LoadExternal, {}, parameters)
  const loadPublic = ({ publicArea }: ExternalKey) =>
    client.run(LoadExternal, {}, { inPrivate: undefined, inPublic: publicArea, hierarchy: RH.null })
  const flush = (flushHandle: number) => client.run(FlushContext, {}, { flushHandle })

  for (const exponent of [11, 17, 257, 65539])
    it(`an RSA key by the exponent ${exponent} signs and verifies`, async () => {
      await withExternal(client, made(exponent), async (keyHandle) => {
        const inScheme = { scheme: ALG.rsassa, hashAlg: ALG.sha256 } as const
        const digest = new Uint8Array(32).fill(exponent)
        const { signature } = await client.run(Sign, { keyHandle }, { digest, inScheme, validation: noTicket })
        const { handle, name } = keyHandle
        const verifying = client.run(VerifySignature, { keyHandle: { handle, name } }, { digest, signature })
        expect(await codeOf(verifying)).to.equal(RC.success)
      })
    })

  for (const exponent of [1, 2, 3, 6])
    it(`refuses the exponent ${exponent}, whole and public`, async () => {
      const key = claiming(exponent)
      expect(await codeOf(load(changed(key, {}, {})))).to.equal(atParameter(RC.value, 1))
      expect(await codeOf(loadPublic(key))).to.equal(atParameter(RC.value, 1))
    })

  for (const exponent of [8, 65536])
    it(`encrypts by the exponent ${exponent}, of which there is no private key`, async () => {
      const key = claiming(exponent)
      expect(await codeOf(load(changed(key, {}, {})))).to.equal(RC.binding)
      const { handle, name } = await loadPublic(key)
      const encrypting = { message: new Uint8Array(256).fill(1), inScheme: { scheme: ALG.null }, label: empty } as const
      const { outData } = await client.run(RSA_Encrypt, { keyHandle: { handle, name } }, encrypting)
      expect(outData).to.have.length(256)
      await flush(handle)
    })

  for (const [name, parameters, expected] of twice)
    it(`refuses ${name}`, async () => {
      expect(await codeOf(load(parameters))).to.equal(expected)
    })
}
