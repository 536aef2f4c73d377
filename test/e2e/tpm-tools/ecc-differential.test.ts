import { expect } from 'chai'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import {
  ALG,
  CURVE,
  type Curve,
  curves,
  EC_Ephemeral,
  FlushContext,
  passwordSession,
  RC,
  RH,
  Sign,
  ST,
  type TpmClient,
  type TPMS_ECC_POINT,
  VerifySignature,
  ZGen_2Phase,
} from '../../../core/tpm/index.ts'
import { anonymousAttestation } from '../../conformance/anonymous-attestation.ts'
import { curveParents } from '../../conformance/curve-parents.ts'
import { anonymousSigning, eccSigning } from '../../conformance/ecc-signing.ts'
import { type ExternalKey, eccKeyOf, loadExternal, otherEccKeyOf } from '../../conformance/external-keys.ts'
import { keyTemplates } from '../../conformance/key-templates.ts'
import { aloneOnBench, benchOf, codeOf, type TpmBench } from '../../conformance/tpm-bench.ts'
import { twoPhaseExchange } from '../../conformance/two-phase-exchange.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'
import { twinOnBench } from './twin.ts'

const empty = new Uint8Array(0)
const digest = new Uint8Array(32).fill(7)
const decrypting = ['userWithAuth', 'noDA', 'decrypt'] as const
const noTicket = { tag: ST.hashcheck, hierarchy: RH.null, digest: empty }
const nameOfCurve = ({ id }: Curve): string => Object.entries(CURVE).find(([, known]) => known === id)?.[0] ?? `${id}`

const flush = (client: TpmClient, flushHandle: number) => client.run(FlushContext, {}, { flushHandle })

describe('curves held against swtpm', () => {
  const scratch = new Scratch()
  const start = async (): Promise<TpmBench> => twinOnBench(await scratch.started(startSwtpm(scratch.folder())))
  const swtpmAlone = async (): Promise<TpmBench> => {
    const { port } = await scratch.started(startSwtpm(scratch.folder()))
    const transport = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port })
    const close = () => {
      transport.close()
    }
    return benchOf(transport, { exact: () => undefined, powerCycle: () => Promise.resolve(), close })
  }

  describe('signatures', () => {
    eccSigning(start)
  })

  describe('anonymous signatures, by swtpm', () => {
    anonymousSigning(swtpmAlone)
  })

  describe('anonymous attestations, by swtpm', () => {
    anonymousAttestation(swtpmAlone)
  })

  describe('storage keys, in swtpm', () => {
    curveParents(swtpmAlone)
  })

  describe('exchanges in two phases', () => {
    twoPhaseExchange(start)
  })

  describe('templates', () => {
    keyTemplates(start)
  })

  describe('between the two', () => {
    let ours: TpmBench
    let theirs: TpmBench
    before(async () => {
      ours = await aloneOnBench()
      theirs = await swtpmAlone()
    })
    after(() => {
      ours.close()
      theirs.close()
    })

    const held = async (client: TpmClient, key: ExternalKey) => {
      const { handle } = await loadExternal(client, key)
      return { handle, name: empty, auth: passwordSession() }
    }

    for (const row of curves) {
      it(`${nameOfCurve(row)}: each verifies what the other signs`, async () => {
        for (const scheme of [ALG.ecdsa, ALG.ecschnorr, ALG.sm2])
          for (const [signer, verifier] of [
            [ours, theirs],
            [theirs, ours],
          ] as const) {
            const key = eccKeyOf(row.id, { scheme, hashAlg: ALG.sha256 })
            const keyHandle = await held(signer.client, key)
            const parameters = { digest, inScheme: { scheme: ALG.null }, validation: noTicket } as const
            const { signature } = await signer.client.run(Sign, { keyHandle }, parameters)
            const { handle } = await loadExternal(verifier.client, { publicArea: key.publicArea })
            const verified = verifier.client.run(
              VerifySignature,
              { keyHandle: { handle, name: empty } },
              { digest, signature },
            )
            expect(await codeOf(verified)).to.equal(RC.success)
            await flush(signer.client, keyHandle.handle)
            await flush(verifier.client, handle)
          }
      })

      it(`${nameOfCurve(row)}: both find the same points in two phases`, async () => {
        const [ownKey, otherKey] = [
          eccKeyOf(row.id, undefined, decrypting),
          otherEccKeyOf(row.id, undefined, decrypting),
        ]
        const side = async (bench: TpmBench, key: ExternalKey) => {
          const keyA = await held(bench.client, key)
          const { Q, counter } = await bench.client.run(EC_Ephemeral, {}, { curveID: row.id })
          const meet = async (inQsB: TPMS_ECC_POINT, inQeB: TPMS_ECC_POINT) => {
            const found = await bench.client.run(ZGen_2Phase, { keyA }, { inQsB, inQeB, inScheme: ALG.ecdh, counter })
            await flush(bench.client, keyA.handle)
            return found
          }
          return { fixed: key.publicArea.unique as TPMS_ECC_POINT, ephemeral: Q, meet }
        }
        const [one, other] = [await side(ours, ownKey), await side(theirs, otherKey)]
        const found = await one.meet(other.fixed, other.ephemeral)
        expect(found).to.deep.equal(await other.meet(one.fixed, one.ephemeral))
        expect(found.outZ1.x.length).to.equal(row.coordinateBytes)
      })
    }
  })
})
