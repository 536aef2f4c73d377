import { expect } from 'chai'
import { concat } from '../../core/bytes/index.ts'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  Create,
  CreateLoaded,
  CreatePrimary,
  encode,
  FlushContext,
  named,
  passwordSession,
  RC,
  RH,
  TPMA_OBJECT,
  type TpmClient,
  TPMS_DERIVE,
  TPMT_DERIVED_TEMPLATE,
  type TPMT_PUBLIC,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const attributes = (...names: readonly (keyof TPMA_OBJECT)[]): TPMA_OBJECT => TPMA_OBJECT.of('userWithAuth', ...names)
const common = { nameAlg: ALG.sha256, authPolicy: empty } as const

/** A parent of derived objects, made anew by each TPM. */
const parentTemplate: TPMT_PUBLIC = {
  ...common,
  type: ALG.keyedhash,
  objectAttributes: attributes('fixedTPM', 'fixedParent', 'sensitiveDataOrigin', 'noDA', 'restricted', 'decrypt'),
  parameters: { scheme: { scheme: ALG.xor, hashAlg: ALG.sha256, kdf: ALG.kdf1_sp800_108 } },
  unique: empty,
}

type Template = Omit<Extract<TPMT_DERIVED_TEMPLATE, { type: number }>, 'unique'>
const signer = attributes('fixedTPM', 'fixedParent', 'sign')
const none = { algorithm: ALG.null } as const
const eccTemplate = (curveID: number, objectAttributes = signer): Template => ({
  ...common,
  type: ALG.ecc,
  objectAttributes,
  parameters: { symmetric: none, scheme: { scheme: ALG.null }, curveID, kdf: { scheme: ALG.null } },
})
const hmacTemplate: Template = {
  ...common,
  type: ALG.keyedhash,
  objectAttributes: signer,
  parameters: { scheme: { scheme: ALG.hmac, hashAlg: ALG.sha512 } },
}
const aesTemplate: Template = {
  ...common,
  type: ALG.symcipher,
  objectAttributes: attributes('fixedTPM', 'fixedParent', 'sign', 'decrypt'),
  parameters: { sym: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } },
}
const rsaTemplate: Template = {
  ...common,
  type: ALG.rsa,
  objectAttributes: signer,
  parameters: { symmetric: none, scheme: { scheme: ALG.null }, keyBits: 2048, exponent: 0 },
}

/** Of every kind that can be derived. */
export const derivedTemplates: readonly (readonly [string, Template])[] = [
  ['a key on P-256', eccTemplate(3)],
  ['a key on P-521', eccTemplate(5)],
  ['an HMAC key', hmacTemplate],
  ['an AES key', aesTemplate],
]

/** Part 1, 28: objects that follow from a parent's secret, a label and a context. */
export function derivation(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let parent: Authorized

  before(async () => {
    bench = await start()
    client = bench.client
    // The parent is at random, and so is what is derived from it.
    bench.exact(false)
    const inSensitive = { userAuth: empty, data: empty }
    const parameters = { inSensitive, inPublic: parentTemplate, outsideInfo: empty, creationPCR: [] }
    const primaryHandle = { ...named(RH.owner), auth: passwordSession() }
    const { handle, name } = await client.run(CreatePrimary, { primaryHandle }, parameters)
    parent = { handle, name, auth: passwordSession() }
  })

  after(() => {
    bench.close()
  })

  async function derive(template: Template, by: TPMS_DERIVE, data = empty) {
    const inPublic = encode(TPMT_DERIVED_TEMPLATE, { ...template, unique: by } as TPMT_DERIVED_TEMPLATE)
    const parameters = { inSensitive: { userAuth: empty, data }, inPublic }
    const made = await client.run(CreateLoaded, { parentHandle: parent }, parameters)
    await client.run(FlushContext, {}, { flushHandle: made.handle })
    return made
  }
  const by = (label: string, context: string): TPMS_DERIVE => ({ label: ascii(label), context: ascii(context) })
  const nothing = by('', '')

  for (const [name, template] of derivedTemplates)
    it(`${name} is the same each time, and another by another label or context`, async () => {
      const names = new Set<string>()
      for (const each of [by('one', 'x'), by('one', 'x'), by('two', 'x'), by('one', 'y'), nothing]) {
        const made = await derive(template, each)
        expect(made.outPrivate).to.deep.equal(empty)
        names.add(made.name.join())
      }
      expect(names.size).to.equal(4)
    })

  it('takes from the sensitive area what the template leaves empty', async () => {
    const whole = await derive(eccTemplate(3), by('one', 'x'))
    const given = encode(TPMS_DERIVE, by('one', 'x'))
    expect(await derive(eccTemplate(3), nothing, given)).to.deep.equal(whole)
    expect(await derive(eccTemplate(3), by('', 'x'), given)).to.deep.equal(whole)
    expect(await derive(eccTemplate(3), by('one', 'x'), encode(TPMS_DERIVE, by('two', 'y')))).to.deep.equal(whole)
    expect(await derive(eccTemplate(3), nothing, concat(given, ascii('beyond')))).to.deep.equal(whole)
  })

  const sensitiveOrigin = attributes('fixedTPM', 'fixedParent', 'sign', 'sensitiveDataOrigin')
  const refusals: readonly (readonly [string, Template, Uint8Array, number])[] = [
    ['an RSA key', rsaTemplate, empty, atParameter(RC.type, 1)],
    ['a secret of its own origin', eccTemplate(3, sensitiveOrigin), empty, RC.attributes],
    ['an object that may leave', eccTemplate(3, attributes('sign')), empty, atParameter(RC.attributes, 1)],
    ['half a label', eccTemplate(3), Uint8Array.of(0), 0x09a],
    ['a label that is too long', eccTemplate(3), Uint8Array.of(0, 33, ...new Uint8Array(35)), 0x095],
  ]
  for (const [name, template, data, expected] of refusals)
    it(`refuses ${name}`, async () => {
      expect(await codeOf(derive(template, nothing, data))).to.equal(expected)
    })

  it('refuses ordinary objects under it', async () => {
    const inPublic: TPMT_PUBLIC = { ...parentTemplate, objectAttributes: attributes('sensitiveDataOrigin') }
    const parameters = { inSensitive: { userAuth: empty, data: empty }, inPublic, outsideInfo: empty, creationPCR: [] }
    const run = client.run(Create, { parentHandle: parent }, parameters)
    expect(await codeOf(run)).to.equal(atHandle(RC.type, 0))
  })
}
