import { expect } from 'chai'
import {
  ALG,
  atParameter,
  CURVE,
  curves,
  FlushContext,
  LoadExternal,
  RC,
  RH,
  TestParms,
  TPMA_OBJECT,
  type TpmClient,
  type TPMT_ECC_SCHEME,
  type TPMT_PUBLIC,
  withoutPosition,
} from '../../core/tpm/index.ts'
import { aesKey, eccKey, eccKeyOf, type ExternalKey, hmacKey, rsaKey } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const hash = { hashAlg: ALG.sha256 } as const
/** Every scheme that a template of an ECC key may name. */
export const eccSchemes: readonly (readonly [string, TPMT_ECC_SCHEME])[] = [
  ['no scheme', { scheme: ALG.null }],
  ['ECDSA', { scheme: ALG.ecdsa, ...hash }],
  ['ECDAA', { scheme: ALG.ecdaa, ...hash, count: 0 }],
  ['EC Schnorr', { scheme: ALG.ecschnorr, ...hash }],
  ['SM2', { scheme: ALG.sm2, ...hash }],
  ['ECDH', { scheme: ALG.ecdh, ...hash }],
  ['ECMQV', { scheme: ALG.ecmqv, ...hash }],
]
const aes = (keyBits: number) => ({ algorithm: ALG.aes, keyBits, mode: ALG.cfb }) as const
const attributes = [
  'fixedTPM',
  'fixedParent',
  'sensitiveDataOrigin',
  'encryptedDuplication',
  'restricted',
  'decrypt',
  'sign',
  'x509sign',
] as const
const refusals: readonly number[] = [RC.attributes, RC.scheme, RC.symmetric, RC.kdf, RC.size]

/** Every set of attributes, by the bits of a number. */
const combinations = Array.from({ length: 2 ** attributes.length }, (_, bits) =>
  attributes.filter((_attribute, at) => (bits & (1 << at)) !== 0),
)

/** Part 3, 12.3 and 30.3: which attributes, schemes and curves go together. */
export function keyTemplates(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  /** The response code of a LoadExternal, without its position. */
  async function loaded({ publicArea, sensitive }: Partial<ExternalKey> & Pick<ExternalKey, 'publicArea'>) {
    const parameters = { inPrivate: sensitive, inPublic: publicArea, hierarchy: RH.null }
    const code = await codeOf(
      client
        .run(LoadExternal, {}, parameters)
        .then(({ handle }) => client.run(FlushContext, {}, { flushHandle: handle })),
    )
    return withoutPosition(code)
  }

  const kinds: readonly (readonly [string, ExternalKey])[] = [
    ['RSA', rsaKey()],
    ['RSASSA', rsaKey({ scheme: ALG.rsassa, ...hash })],
    ['ECC', eccKey()],
    ['ECDSA', eccKey({ scheme: ALG.ecdsa, ...hash })],
    ['AES', aesKey(new Uint8Array(16).fill(1))],
    ['AES-CBC', aesKey(new Uint8Array(16).fill(1), ALG.cbc)],
    ['HMAC', hmacKey(new Uint8Array(16).fill(1))],
    ['keyed hash', hmacKey(new Uint8Array(16).fill(1), { scheme: ALG.null })],
  ]
  for (const [name, key] of kinds) {
    it(`${name}: every set of attributes, with and without the private part`, async () => {
      for (const set of combinations) {
        const publicArea = { ...key.publicArea, objectAttributes: TPMA_OBJECT.of('userWithAuth', ...set) }
        const [alone, whole] = [await loaded({ publicArea }), await loaded({ ...key, publicArea })]
        expect([RC.success, ...refusals]).to.include(alone)
        expect([RC.success, ...refusals]).to.include(whole)
        // What goes with its secret goes without it
        if (whole === RC.success) expect(alone).to.equal(RC.success)
      }
    })
  }

  const uses = [
    ['sign'],
    ['decrypt'],
    ['sign', 'decrypt'],
    ['sign', 'restricted'],
    ['decrypt', 'restricted'],
    [],
  ] as const
  it('TestParms: RSA keys of up to 3072 bits, and AES without 192', async () => {
    bench.exact(true)
    const none = { scheme: ALG.null } as const
    for (const aesBits of [128, 192, 256]) {
      const symmetric = aes(aesBits)
      const code = aesBits === 192 ? atParameter(RC.value, 0) : RC.success
      for (const keyBits of [1024, 2048, 3072, 4096]) {
        const parameters = { symmetric, scheme: none, keyBits, exponent: 0 }
        const tested = client.run(TestParms, {}, { parameters: { type: ALG.rsa, parameters } })
        expect(await codeOf(tested)).to.equal(keyBits === 4096 ? atParameter(RC.value, 0) : code)
      }
      const parameters = { symmetric, scheme: none, curveID: CURVE.nistP256, kdf: none }
      const tested = client.run(TestParms, {}, { parameters: { type: ALG.ecc, parameters } })
      expect(await codeOf(tested)).to.equal(code)
    }
  })

  for (const [name, scheme] of eccSchemes) {
    it(`${name}: every curve, use, symmetric algorithm and KDF`, async () => {
      for (const { id } of curves) {
        for (const use of uses) {
          const key = eccKeyOf(id, scheme, ['userWithAuth', 'noDA', ...use])
          for (const publicArea of [key.publicArea, ...detailed(key.publicArea)])
            expect([RC.success, ...refusals]).to.include(await loaded({ publicArea }))
        }
        const parameters = {
          symmetric: { algorithm: ALG.null },
          scheme,
          curveID: id,
          kdf: { scheme: ALG.null },
        } as const
        const tested = client.run(TestParms, {}, { parameters: { type: ALG.ecc, parameters } })
        expect(await codeOf(tested)).to.equal(RC.success)
      }
    })
  }
}

/** The template with a symmetric algorithm, with a KDF, and with both. */
function detailed(publicArea: TPMT_PUBLIC): readonly TPMT_PUBLIC[] {
  if (publicArea.type !== ALG.ecc) return []
  const symmetric = aes(128)
  const kdf = { scheme: ALG.kdf1_sp800_56a, ...hash } as const
  const { parameters } = publicArea
  return [{ symmetric }, { kdf }, { symmetric, kdf }].map((detail) => ({
    ...publicArea,
    parameters: { ...parameters, ...detail },
  }))
}
