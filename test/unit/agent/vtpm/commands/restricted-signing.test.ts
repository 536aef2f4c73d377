import { expect } from 'chai'
import { aloneOnBench, codeOf, type TpmBench } from '../../../../conformance/tpm-bench.ts'
import {
  akTemplate,
  ALG,
  atParameter,
  type Authorized,
  CreatePrimary,
  digest as digestOf,
  generatedValue,
  Hash,
  named,
  passwordSession,
  RC,
  RH,
  Sign,
  ST,
  type Ticket,
  verifySignature,
  type TPMT_PUBLIC,
} from '../../../../../core/tpm/index.ts'

const empty: Uint8Array = new Uint8Array(0)
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const noTicket: Ticket = { tag: ST.hashcheck, hierarchy: RH.null, digest: empty }

/** Part 1, 11.4.6.3: without these rules an attestation key would sign quotes that no TPM made. */
describe('a restricted signing key', () => {
  let bench: TpmBench
  let keyHandle: Authorized
  let publicArea: TPMT_PUBLIC

  before(async () => {
    bench = await aloneOnBench()
    const primaryHandle = { ...named(RH.owner), auth: passwordSession() }
    const inSensitive = { userAuth: empty, data: empty }
    const parameters = { inSensitive, inPublic: akTemplate, outsideInfo: empty, creationPCR: [] }
    const made = await bench.client.run(CreatePrimary, { primaryHandle }, parameters)
    keyHandle = { handle: made.handle, name: made.name, auth: passwordSession() }
    publicArea = made.outPublic
  })

  after(() => {
    bench.close()
  })

  const hash = (data: Uint8Array, hashAlg: number = ALG.sha256, hierarchy: number = RH.owner) =>
    bench.client.run(Hash, {}, { data, hashAlg, hierarchy })
  const sign = (digest: Uint8Array, validation: Ticket) =>
    bench.client.run(Sign, { keyHandle }, { digest, inScheme: { scheme: ALG.null }, validation })

  it('signs what the TPM hashed', async () => {
    const { outHash, validation } = await hash(ascii('a message'))
    const { signature } = await sign(outHash, validation)
    expect(verifySignature(publicArea, ascii('a message'), signature)).to.equal(true)
  })

  const attestLike = Uint8Array.of(generatedValue >>> 24, 0x54, 0x43, 0x47, 0x80, 0x18)
  const refusals: readonly (readonly [string, () => Promise<readonly [Uint8Array, Ticket]>])[] = [
    ['a digest without a ticket', () => Promise.resolve([digestOf(ALG.sha256, ascii('x')), noTicket])],
    [
      'a digest of what looks like the TPM’s own structure',
      async () => {
        const { outHash, validation } = await hash(attestLike)
        return [outHash, validation]
      },
    ],
    [
      'a digest hashed for the null hierarchy',
      async () => {
        const { outHash, validation } = await hash(ascii('x'), ALG.sha256, RH.null)
        return [outHash, validation]
      },
    ],
    [
      'the ticket of another digest',
      async () => [digestOf(ALG.sha256, ascii('y')), (await hash(ascii('x'))).validation],
    ],
    [
      'a ticket of another hash algorithm',
      async () => {
        const { outHash, validation } = await hash(ascii('x'), ALG.sha384)
        return [outHash, validation]
      },
    ],
    [
      'a ticket moved to another hierarchy',
      async () => {
        const { outHash, validation } = await hash(ascii('x'))
        return [outHash, { ...validation, hierarchy: RH.endorsement }]
      },
    ],
    [
      'a ticket moved to the null hierarchy',
      async () => {
        const { outHash, validation } = await hash(ascii('x'))
        return [outHash, { ...validation, hierarchy: RH.null }]
      },
    ],
  ]
  for (const [name, make] of refusals) {
    it(`refuses ${name}`, async () => {
      expect(await codeOf(sign(...(await make())))).to.equal(atParameter(RC.ticket, 2))
    })
  }
})
