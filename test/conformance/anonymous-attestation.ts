import { expect } from 'chai'
import { bigIntToBytes, bytesToBigInt } from '../../core/bytes/index.ts'
import {
  addPoints,
  ALG,
  type Authorized,
  Certify,
  Commit,
  curve,
  CURVE,
  decode,
  digest,
  type EccPublic,
  FlushContext,
  GetCommandAuditDigest,
  GetSessionAuditDigest,
  GetTime,
  named,
  NV_Certify,
  NV_DefineSpace,
  NV_Write,
  NV_ReadPublic,
  passwordSession,
  Quote,
  RC,
  ReadClock,
  RH,
  ScalarMultiplier,
  selectPcrs,
  startSession,
  TPMA_NV,
  type TpmClient,
  TPMS_ATTEST,
  type TPMT_SIG_SCHEME,
  type TPMT_SIGNATURE,
} from '../../core/tpm/index.ts'
import { eccKeyOf, withExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const row = curve(CURVE.nistP256)
const hashAlg = ALG.sha256
const key = eccKeyOf(row.id, { scheme: ALG.ecdaa, hashAlg, count: 0 })
const { unique } = key.publicArea as EccPublic
const asOwner: Authorized = { ...named(RH.owner), auth: passwordSession() }
const asEndorsement: Authorized = { ...named(RH.endorsement), auth: passwordSession() }

interface Wanted {
  readonly qualifyingData: Uint8Array
  readonly inScheme: TPMT_SIG_SCHEME
}
interface Attestation {
  readonly attest: Uint8Array
  readonly signature: TPMT_SIGNATURE
}

/** Part 3, 18 and 31.16: every command that attests. */
const attestations: readonly (readonly [
  name: string,
  run: (client: TpmClient, signHandle: Authorized, wanted: Wanted) => Promise<Attestation>,
])[] = [
  [
    'Certify',
    async (client, signHandle, wanted) => {
      const { certifyInfo, signature } = await client.run(Certify, { objectHandle: signHandle, signHandle }, wanted)
      return { attest: certifyInfo, signature }
    },
  ],
  [
    'Quote',
    async (client, signHandle, wanted) => {
      const parameters = { ...wanted, PCRselect: [selectPcrs(hashAlg, [0, 1])] }
      const { quoted, signature } = await client.run(Quote, { signHandle }, parameters)
      return { attest: quoted, signature }
    },
  ],
  [
    'GetTime',
    async (client, signHandle, wanted) => {
      const handles = { privacyAdminHandle: asEndorsement, signHandle }
      const { timeInfo, signature } = await client.run(GetTime, handles, wanted)
      return { attest: timeInfo, signature }
    },
  ],
  [
    'GetCommandAuditDigest',
    async (client, signHandle, wanted) => {
      const handles = { privacyHandle: asEndorsement, signHandle }
      const { auditInfo, signature } = await client.run(GetCommandAuditDigest, handles, wanted)
      return { attest: auditInfo, signature }
    },
  ],
  [
    'GetSessionAuditDigest',
    async (client, signHandle, wanted) => {
      const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
      const session = await startSession(client, { type: 'hmac', random, hash: hashAlg })
      await client.run(ReadClock, {}, {}, [session.with({ attributes: ['continueSession', 'audit'] })])
      const handles = { privacyAdminHandle: asEndorsement, signHandle, sessionHandle: named(session.handle) }
      const { auditInfo, signature } = await client.run(GetSessionAuditDigest, handles, wanted)
      await client.run(FlushContext, {}, { flushHandle: session.handle })
      return { attest: auditInfo, signature }
    },
  ],
  [
    'NV_Certify',
    async (client, signHandle, wanted) => {
      const { nvName: name } = await client.run(NV_ReadPublic, { nvIndex: { handle: nvIndex, name: empty } }, {})
      const handles = { signHandle, authHandle: asOwner, nvIndex: { handle: nvIndex, name } }
      const { certifyInfo, signature } = await client.run(NV_Certify, handles, { ...wanted, size: 4, offset: 2 })
      return { attest: certifyInfo, signature }
    },
  ],
]
const nvIndex = 0x01500001

/**
 * Part 1, 31.2 and C.4.2: an anonymous signer leaves out who it is and what the caller wants signed along, which goes into
 * the digest instead. For one TPM at a time, since signatures depend on what that TPM committed to.
 */
export function anonymousAttestation(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
    const attributes = TPMA_NV.of('ownerRead', 'ownerWrite', 'noDA')
    const publicInfo = { nvIndex, nameAlg: hashAlg, attributes, authPolicy: empty, dataSize: 8 }
    await client.run(NV_DefineSpace, { authHandle: asOwner }, { auth: empty, publicInfo })
    const { nvName: name } = await client.run(NV_ReadPublic, { nvIndex: { handle: nvIndex, name: empty } }, {})
    const index = { authHandle: asOwner, nvIndex: { handle: nvIndex, name } }
    await client.run(NV_Write, index, { data: new Uint8Array(8).fill(3), offset: 0 })
  })

  after(() => {
    bench.close()
  })

  for (const [name, run] of attestations)
    for (const qualifyingData of [empty, new TextEncoder().encode('a nonce')])
      it(`${name} signs ${qualifyingData.length} bytes along`, async () => {
        await withExternal(client, key, async (signHandle) => {
          const point = { P1: { x: empty, y: empty }, s2: empty, y2: empty }
          const { E, counter } = await client.run(Commit, { signHandle }, point)
          const inScheme = { scheme: ALG.ecdaa, hashAlg, count: counter } as const
          const { attest, signature } = await run(client, signHandle, { qualifyingData, inScheme })
          const { qualifiedSigner, extraData } = decode(TPMS_ATTEST, attest)
          expect([qualifiedSigner, extraData]).to.deep.equal([empty, empty])

          if (signature.sigAlg !== ALG.ecdaa) throw new Error('another scheme')
          const hashed = digest(hashAlg, attest)
          const signed = qualifyingData.length === 0 ? hashed : digest(hashAlg, qualifyingData, hashed)
          const challenge = bytesToBigInt(digest(hashAlg, signature.signatureR, signed)) % row.order
          const times = (scalar: Uint8Array) => new ScalarMultiplier(row.id, scalar)
          const weighted = times(bigIntToBytes(challenge, row.coordinateBytes)).times(unique)
          expect(addPoints(row, E, weighted)).to.deep.equal(times(signature.signatureS).timesBase())
        })
      })

  it('needs a commitment', async () => {
    await withExternal(client, key, async (signHandle) => {
      const parameters = { qualifyingData: empty, PCRselect: [] }
      const open = { scheme: ALG.ecdaa, hashAlg, count: 9 } as const
      expect(await codeOf(client.run(Quote, { signHandle }, { ...parameters, inScheme: open }))).to.equal(RC.value)
    })
  })
}
