import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import {
  ActivateCredential,
  ALG,
  Create,
  CreatePrimary,
  CURVE,
  curves,
  FlushContext,
  GetRandom,
  Load,
  makeCredential,
  named,
  passwordSession,
  RC,
  RH,
  srkTemplate,
  startSession,
  TPMA_OBJECT,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const inSensitive = { userAuth: empty, data: empty }
const secret = new TextEncoder().encode('a credential')

/** Part 1, C.6: what is shared with a storage key on each curve. For one TPM at a time, since each has its own keys. */
export function curveParents(start: StartBench): void {
  for (const row of curves) {
    const name = Object.entries(CURVE).find(([, id]) => id === row.id)?.[0] ?? ''
    const parameters = { ...srkTemplate.parameters, curveID: row.id }

    it(`${name}: a storage key has children, opens credentials and salts`, async () => {
      const bench = await start()
      const { client } = bench
      const creation = { inSensitive, outsideInfo: empty, creationPCR: [] }
      const inPublic = { ...srkTemplate, parameters }
      const primaryHandle = { ...named(RH.owner), auth: passwordSession() }
      const parent = await client.run(CreatePrimary, { primaryHandle }, { ...creation, inPublic })
      expect(parent.outPublic.unique).to.have.nested.property('x.length', row.coordinateBytes)
      const parentHandle = { handle: parent.handle, name: parent.name, auth: passwordSession() }

      const child = {
        ...srkTemplate,
        objectAttributes: TPMA_OBJECT.of(
          'userWithAuth',
          'fixedTPM',
          'fixedParent',
          'sensitiveDataOrigin',
          'sign',
          'noDA',
        ),
        parameters: { ...parameters, symmetric: { algorithm: ALG.null }, scheme: { scheme: ALG.null } } as const,
      }
      const made = await client.run(Create, { parentHandle }, { ...creation, inPublic: child })
      const loading = { inPrivate: made.outPrivate, inPublic: made.outPublic }
      const loaded = await client.run(Load, { parentHandle }, loading)

      const activation = makeCredential({ ek: parent.outPublic, name: loaded.name, secret, random })
      const handles = {
        activateHandle: { handle: loaded.handle, name: loaded.name, auth: passwordSession() },
        keyHandle: parentHandle,
      }
      expect((await client.run(ActivateCredential, handles, activation)).certInfo).to.deep.equal(secret)

      const salt = { handle: parent.handle, publicArea: parent.outPublic }
      const salted = await startSession(client, { type: 'hmac', random, hash: ALG.sha256, salt })
      const session = salted.with({ attributes: ['audit'] })
      const audited = client.run(GetRandom, {}, { bytesRequested: 8 }, [session])
      expect(await codeOf(audited)).to.equal(RC.success)
      for (const flushHandle of [parent.handle, loaded.handle]) await client.run(FlushContext, {}, { flushHandle })
      bench.close()
    })
  }
}
