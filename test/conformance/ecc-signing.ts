import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { bigIntToBytes, bytesToBigInt } from '../../core/bytes/index.ts'
import {
  addPoints,
  ALG,
  atParameter,
  Commit,
  CURVE,
  type Curve,
  curves,
  digest,
  FlushContext,
  named,
  passwordSession,
  Quote,
  RC,
  RH,
  ScalarMultiplier,
  Sign,
  ST,
  type TpmClient,
  type TPMS_ECC_POINT,
  type TPMT_SIG_SCHEME,
  VerifySignature,
} from '../../core/tpm/index.ts'
import { eccKeyOf, type ExternalKey, loadExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const noPoint: TPMS_ECC_POINT = { x: empty, y: empty }
const noTicket = { tag: ST.hashcheck, hierarchy: RH.null, digest: empty }
const sha = (name: string, text: string): Uint8Array => new Uint8Array(createHash(name).update(text).digest())
const nameOfCurve = ({ id }: Curve): string => Object.entries(CURVE).find(([, known]) => known === id)?.[0] ?? `${id}`

const digests = [
  [ALG.sha256, sha('sha256', 'a message')],
  [ALG.sha1, sha('sha1', 'a message')],
  [ALG.sha512, sha('sha512', 'a message')],
] as const
const signers = [
  ['ECDSA', ALG.ecdsa],
  ['EC Schnorr', ALG.ecschnorr],
  ['SM2', ALG.sm2],
] as const

/** Part 1, C.4; Part 3, 18.4, 19.2 and 20: what keys on each curve sign, and what they make of each other's signatures. */
export function eccSigning(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
    // Signatures are random.
    bench.exact(false)
  })

  after(() => {
    bench.close()
  })

  async function withKey<T>(key: Partial<ExternalKey> & Pick<ExternalKey, 'publicArea'>, work: (handle: number) => T) {
    const { handle } = await loadExternal(client, key)
    try {
      return await work(handle)
    } finally {
      await client.run(FlushContext, {}, { flushHandle: handle })
    }
  }
  const authorized = (handle: number) => ({ handle, name: empty, auth: passwordSession() })
  const sign = (handle: number, inScheme: TPMT_SIG_SCHEME, digest: Uint8Array) =>
    client.run(Sign, { keyHandle: authorized(handle) }, { digest, inScheme, validation: noTicket })

  for (const row of curves) {
    for (const [name, scheme] of signers) {
      it(`${nameOfCurve(row)}: ${name} verifies under its key, and no other digest does`, async () => {
        for (const [hashAlg, digest] of row.id === CURVE.nistP256 ? digests : digests.slice(0, 1)) {
          const key = eccKeyOf(row.id, { scheme, hashAlg })
          const { signature } = await withKey(key, (handle) => sign(handle, { scheme: ALG.null }, digest))
          expect(signature.sigAlg).to.equal(scheme)
          await withKey({ publicArea: key.publicArea }, async (handle) => {
            const keyHandle = { handle, name: empty }
            expect(await codeOf(client.run(VerifySignature, { keyHandle }, { digest, signature }))).to.equal(RC.success)
            const other = digest.map((byte, at) => (at === 0 ? byte ^ 1 : byte))
            const refused = client.run(VerifySignature, { keyHandle }, { digest: other, signature })
            expect(await codeOf(refused)).to.equal(atParameter(RC.signature, 1))
          })
        }
      })
    }

    it(`${nameOfCurve(row)}: quotes by each scheme`, async () => {
      bench.exact('code')
      for (const [, scheme] of signers) {
        const { quoted, signature } = await withKey(eccKeyOf(row.id), (handle) => {
          const parameters = { qualifyingData: empty, inScheme: { scheme, hashAlg: ALG.sha256 }, PCRselect: [] }
          return client.run(Quote, { signHandle: authorized(handle) }, parameters)
        })
        await withKey({ publicArea: eccKeyOf(row.id).publicArea }, async (handle) => {
          const parameters = { digest: digest(ALG.sha256, quoted), signature }
          const verified = client.run(VerifySignature, { keyHandle: { handle, name: empty } }, parameters)
          expect(await codeOf(verified)).to.equal(RC.success)
        })
      }
      bench.exact(false)
    })
  }

  it('refuses a scheme that is not the key’s, and ECDAA without a commitment', async () => {
    const [[hashAlg, digest]] = digests
    for (const [, own] of signers)
      for (const [, asked] of signers)
        await withKey(eccKeyOf(CURVE.nistP256, { scheme: own, hashAlg }), async (handle) => {
          const code = await codeOf(sign(handle, { scheme: asked, hashAlg }, digest))
          expect(code).to.equal(own === asked ? RC.success : atParameter(RC.scheme, 1))
        })
    await withKey(eccKeyOf(CURVE.nistP256), async (handle) => {
      const scheme = { scheme: ALG.ecdaa, hashAlg, count: 7 } as const
      expect(await codeOf(sign(handle, scheme, digest))).to.equal(RC.value)
    })
  })
}

/**
 * Part 1, C.4.2: for one TPM at a time, since a signature depends on what that TPM committed to, and its nonce is as short
 * as it happens to be.
 */
export function anonymousSigning(start: StartBench): void {
  for (const row of curves) {
    const key = eccKeyOf(row.id, { scheme: ALG.ecdaa, hashAlg: ALG.sha256, count: 0 })
    it(`${nameOfCurve(row)}: an ECDAA signature answers for the commitment`, async () => {
      const bench = await start()
      const { client } = bench
      const signed = sha('sha256', 'a message')
      const { handle } = await loadExternal(client, key)
      const keyHandle = { ...named(handle), name: empty, auth: passwordSession() }
      const { E, counter } = await client.run(Commit, { signHandle: keyHandle }, { P1: noPoint, s2: empty, y2: empty })
      const inScheme = { scheme: ALG.ecdaa, hashAlg: ALG.sha256, count: counter } as const
      const parameters = { digest: signed, inScheme, validation: noTicket }
      const { signature } = await client.run(Sign, { keyHandle }, parameters)
      if (signature.sigAlg !== ALG.ecdaa) throw new Error('another scheme')

      const challenge = bytesToBigInt(digest(ALG.sha256, signature.signatureR, signed)) % row.order
      const times = (scalar: Uint8Array) => new ScalarMultiplier(row.id, scalar)
      const weighted = times(bigIntToBytes(challenge, row.coordinateBytes)).times(
        key.publicArea.unique as TPMS_ECC_POINT,
      )
      expect(addPoints(row, E, weighted)).to.deep.equal(times(signature.signatureS).timesBase())

      expect(await codeOf(client.run(Sign, { keyHandle }, parameters)), 'used twice').to.equal(RC.value)
      bench.close()
    })
  }
}
