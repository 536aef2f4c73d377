import { expect } from 'chai'
import {
  ALG,
  atParameter,
  type Authorized,
  Create,
  RC,
  srkTemplate,
  TPMA_OBJECT,
  type TpmClient,
  type TPMT_PUBLIC,
} from '../../core/tpm/index.ts'
import { storageKey } from './duplication.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const aes = (keyBits: 128 | 256) => ({ algorithm: ALG.aes, keyBits, mode: ALG.cfb }) as const
const staying = TPMA_OBJECT.of('fixedTPM', 'fixedParent', 'sensitiveDataOrigin', 'restricted', 'decrypt', 'noDA')
const leaving = TPMA_OBJECT.of('sensitiveDataOrigin', 'restricted', 'decrypt', 'noDA')
const cipher = (keyBits: 128 | 256, change: Partial<TPMT_PUBLIC>): TPMT_PUBLIC =>
  ({
    type: ALG.symcipher,
    nameAlg: srkTemplate.nameAlg,
    objectAttributes: staying,
    authPolicy: empty,
    parameters: { sym: aes(keyBits) },
    unique: empty,
    ...change,
  }) as TPMT_PUBLIC

/** Part 1, 27.2: parents under parents. */
export function storageParents(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let parent: Authorized

  before(async () => {
    bench = await start()
    client = bench.client
    bench.exact(false)
    parent = await storageKey(client)
  })

  after(() => {
    bench.close()
  })

  const cases: readonly (readonly [string, TPMT_PUBLIC, number])[] = [
    ['protects by the same cipher', cipher(128, {}), RC.success],
    ['cannot protect by another cipher', cipher(256, {}), atParameter(RC.symmetric, 1)],
    ['cannot protect by another hash', cipher(128, { nameAlg: ALG.sha384 }), atParameter(RC.hash, 1)],
    ['protects as it likes where it may leave', cipher(256, { objectAttributes: leaving }), RC.success],
  ]
  for (const [name, inPublic, expected] of cases)
    it(`a parent under a parent ${name}`, async () => {
      const inSensitive = { userAuth: empty, data: empty }
      const parameters = { inSensitive, inPublic, outsideInfo: empty, creationPCR: [] }
      expect(await codeOf(client.run(Create, { parentHandle: parent }, parameters))).to.equal(expected)
    })
}
