import { expect } from 'chai'
import {
  ActivateCredential,
  akTemplate,
  ALG,
  atHandle,
  atParameter,
  Certify,
  CertifyCreation,
  Create,
  CreateLoaded,
  CreatePrimary,
  CURVE,
  decode,
  digest,
  ekTemplates,
  encode,
  FlushContext,
  Load,
  LoadExternal,
  makeCredential,
  MakeCredential,
  named,
  nameOf,
  ObjectChangeAuth,
  PolicySecret,
  qualifiedNameOf,
  handleName,
  Quote,
  RC,
  ReadPublic,
  RH,
  selectPcrs,
  srkTemplate,
  ST,
  TPMA_OBJECT,
  TPMS_ATTEST,
  TPMS_CREATION_DATA,
  TPMT_PUBLIC,
  Unseal,
  verifySignature,
  type EccPublic,
  type RsaPublic,
} from '../../../../core/tpm/index.ts'
import { Bench, byPassword, empty, noSecret, random, refused, type Known } from './bench.ts'

const aes = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
const rsaSigner = (scheme: RsaPublic['parameters']['scheme']): RsaPublic => ({
  type: ALG.rsa,
  nameAlg: ALG.sha256,
  objectAttributes: akTemplate.objectAttributes,
  authPolicy: empty,
  parameters: { symmetric: { algorithm: ALG.null }, scheme, keyBits: 2048, exponent: 0 },
  unique: empty,
})
const attributes = TPMA_OBJECT.of
const with_ = <T extends TPMT_PUBLIC>(template: T, changes: Partial<T>): T => ({ ...template, ...changes })

describe('CreatePrimary', () => {
  for (const { kind, template } of ekTemplates) {
    it(`makes the same ${kind} key from the same seed and template, over power cycles`, async () => {
      const bench = await Bench.started()
      const first = await bench.primary(template, { hierarchy: RH.endorsement })
      await bench.reset()
      const second = await bench.primary(template, { hierarchy: RH.endorsement })
      expect(second.outPublic).to.deep.equal(first.outPublic)
      const other = await (await Bench.started()).primary(template, { hierarchy: RH.endorsement })
      expect(other.outPublic).to.not.deep.equal(first.outPublic)
    })
  }
  it('makes another key for another hierarchy, template or null seed', async () => {
    const bench = await Bench.started()
    const keys = [
      await bench.primary(srkTemplate),
      await bench.primary(srkTemplate, { hierarchy: RH.endorsement }),
      await bench.primary(with_(srkTemplate, { unique: { x: Uint8Array.of(1), y: empty } })),
      await bench.primary(srkTemplate, { hierarchy: RH.null }),
    ]
    await bench.reset()
    keys.push(await bench.primary(srkTemplate, { hierarchy: RH.null }))
    expect(new Set(keys.map((key) => Buffer.from(key.name).toString('hex'))).size).to.equal(keys.length)
  })
  it('records its creation', async () => {
    const bench = await Bench.started()
    const creationPCR = [selectPcrs(ALG.sha256, [0, 7])]
    const outsideInfo = Uint8Array.of(9)
    const made = await bench.client.run(
      CreatePrimary,
      { primaryHandle: byPassword(named(RH.owner)) },
      { inSensitive: noSecret, inPublic: srkTemplate, outsideInfo, creationPCR },
    )
    const { creationData, creationHash, creationTicket } = made
    expect(creationData.pcrSelect).to.deep.equal(creationPCR)
    expect(creationData.pcrDigest).to.deep.equal(digest(ALG.sha256, new Uint8Array(64)))
    expect(creationData.parentName).to.deep.equal(handleName(RH.owner))
    expect(creationData.outsideInfo).to.deep.equal(outsideInfo)
    expect(creationHash).to.deep.equal(digest(ALG.sha256, encode(TPMS_CREATION_DATA, creationData)))
    const object = { handle: made.handle, name: made.name }
    const certify = (hash: Uint8Array) =>
      bench.client.run(
        CertifyCreation,
        { signHandle: byPassword(named(RH.null)), objectHandle: object },
        { qualifyingData: empty, creationHash: hash, inScheme: { scheme: ALG.null }, creationTicket },
      )
    const { certifyInfo } = await certify(creationHash)
    expect(decode(TPMS_ATTEST, certifyInfo).type).to.equal(ST.attestCreation)
    await refused(atParameter(RC.ticket, 3), certify(new Uint8Array(32)))
  })
  it('fills the slots and no more', async () => {
    const bench = await Bench.started(undefined, { maxTransientObjects: 2 })
    await bench.primary()
    await bench.primary()
    await refused(RC.objectMemory, bench.primary())
    await bench.client.run(FlushContext, {}, { flushHandle: 0x80000000 })
    expect((await bench.primary()).handle).to.equal(0x80000000)
  })

  const { objectAttributes: a } = srkTemplate
  for (const { name, template, rc } of [
    {
      name: 'a key that signs and decrypts under restriction',
      template: with_(srkTemplate, { objectAttributes: { ...a, sign: true } }),
      rc: RC.attributes,
    },
    {
      name: 'a key whose secret comes from nowhere',
      template: with_(srkTemplate, { objectAttributes: { ...a, sensitiveDataOrigin: false } }),
      rc: RC.attributes,
    },
    {
      name: 'fixedTPM without fixedParent',
      template: with_(srkTemplate, { objectAttributes: { ...a, fixedParent: false } }),
      rc: RC.attributes,
    },
    {
      name: 'encrypted duplication of what is fixed',
      template: with_(srkTemplate, { objectAttributes: { ...a, encryptedDuplication: true } }),
      rc: RC.attributes,
    },
    { name: 'a policy of another size', template: with_(srkTemplate, { authPolicy: new Uint8Array(20) }), rc: RC.size },
    {
      name: 'a storage key without a cipher',
      template: with_(srkTemplate, { parameters: { ...srkTemplate.parameters, symmetric: { algorithm: ALG.null } } }),
      rc: RC.symmetric,
    },
    {
      name: 'a storage key with a scheme',
      template: with_(srkTemplate, {
        parameters: { ...srkTemplate.parameters, scheme: { scheme: ALG.ecdh, hashAlg: ALG.sha256 } },
      }),
      rc: RC.scheme,
    },
    {
      name: 'a signing key with a cipher',
      template: with_(akTemplate, { parameters: { ...akTemplate.parameters, symmetric: aes } }),
      rc: RC.symmetric,
    },
    {
      name: 'a restricted signing key without a scheme',
      template: with_(akTemplate, { parameters: { ...akTemplate.parameters, scheme: { scheme: ALG.null } } }),
      rc: RC.scheme,
    },
    {
      name: 'a KDF of its own',
      template: with_(akTemplate, {
        parameters: { ...akTemplate.parameters, kdf: { scheme: ALG.mgf1, hashAlg: ALG.sha256 } },
      }),
      rc: RC.kdf,
    },
  ]) {
    it(`refuses ${name}`, async () => {
      await refused(atParameter(rc, 1), (await Bench.started()).primary(template))
    })
  }
  it('refuses an RSA exponent that is no prime', async () => {
    const template = rsaSigner({ scheme: ALG.rsassa, hashAlg: ALG.sha256 })
    const parameters = { ...template.parameters, exponent: 65539 + 2 }
    await refused(RC.range, (await Bench.started()).primary(with_(template, { parameters })))
  })

  it('refuses an authValue longer than the Name, not counting zeros at its end', async () => {
    const userAuth = new Uint8Array(33)
    const bench = await Bench.started()
    await bench.primary(srkTemplate, { userAuth })
    await refused(atParameter(RC.size, 0), bench.primary(srkTemplate, { userAuth: userAuth.fill(1) }))
  })
})

/** A key under an ECC storage key. */
async function child(bench: Bench, inPublic: TPMT_PUBLIC, data: Uint8Array = empty) {
  const parent = await bench.primary()
  const { outPrivate, outPublic } = await bench.client.run(
    Create,
    { parentHandle: byPassword(parent) },
    { inSensitive: { userAuth: empty, data }, inPublic, outsideInfo: empty, creationPCR: [] },
  )
  const load = (changes: object = {}) =>
    bench.client.run(
      Load,
      { parentHandle: byPassword(parent) },
      { inPrivate: outPrivate, inPublic: outPublic, ...changes },
    )
  return { parent, outPrivate, outPublic, load }
}

const sealedData: TPMT_PUBLIC = {
  type: ALG.keyedhash,
  nameAlg: ALG.sha256,
  objectAttributes: attributes('fixedTPM', 'fixedParent', 'userWithAuth'),
  authPolicy: empty,
  parameters: { scheme: { scheme: ALG.null } },
  unique: empty,
}
const symmetricParent: TPMT_PUBLIC = {
  type: ALG.symcipher,
  nameAlg: ALG.sha256,
  objectAttributes: srkTemplate.objectAttributes,
  authPolicy: empty,
  parameters: { sym: aes },
  unique: empty,
}

describe('Create and Load', () => {
  for (const { name, template } of [
    { name: 'an ECC key', template: akTemplate },
    {
      name: 'a P-384 key',
      template: with_(akTemplate, {
        nameAlg: ALG.sha384,
        parameters: { ...akTemplate.parameters, curveID: CURVE.nistP384 },
      }),
    },
    {
      name: 'a P-521 key',
      template: with_(akTemplate, {
        nameAlg: ALG.sha512,
        parameters: { ...akTemplate.parameters, curveID: CURVE.nistP521 },
      }),
    },
    { name: 'an RSA key', template: rsaSigner({ scheme: ALG.rsapss, hashAlg: ALG.sha384 }) },
    { name: 'a symmetric storage key', template: symmetricParent },
  ]) {
    it(`make and take ${name}`, async () => {
      const bench = await Bench.started()
      const { parent, outPublic, load } = await child(bench, template)
      const loaded = await load()
      expect(loaded.name).to.deep.equal(nameOf(outPublic))
      const shown = await bench.client.run(ReadPublic, { objectHandle: loaded }, {})
      expect(shown.outPublic).to.deep.equal(outPublic)
      const above = await bench.client.run(ReadPublic, { objectHandle: parent }, {})
      expect(shown.qualifiedName).to.deep.equal(qualifiedNameOf(outPublic.nameAlg, above.qualifiedName, loaded.name))
    })
  }
  it('keep a secret that only Unseal gives out', async () => {
    const bench = await Bench.started()
    const { load, outPrivate } = await child(bench, sealedData, Uint8Array.of(1, 2, 3, 4, 5))
    expect(Buffer.from(outPrivate).includes(Buffer.from([1, 2, 3, 4, 5]))).to.equal(false)
    const { outData } = await bench.client.run(Unseal, { itemHandle: byPassword(await load()) }, {})
    expect(outData).to.deep.equal(Uint8Array.of(1, 2, 3, 4, 5))
  })
  it('refuse what was altered', async () => {
    const bench = await Bench.started()
    const { outPrivate, outPublic, load } = await child(bench, akTemplate)
    for (const at of [5, 40, outPrivate.length - 1]) {
      const altered = outPrivate.slice()
      altered[at] = (altered[at] ?? 0) ^ 1
      await refused(atParameter(RC.integrity, 0), load({ inPrivate: altered }))
    }
    await refused(atParameter(RC.integrity, 0), load({ inPublic: { ...outPublic, authPolicy: new Uint8Array(32) } }))
    await refused(atParameter(RC.size, 0), load({ inPrivate: empty }))
  })
  it('refuse a parent that is none', async () => {
    const bench = await Bench.started()
    const { load } = await child(bench, akTemplate)
    const notParent = { ...(await load()), outPublic: akTemplate }
    const parameters = { inSensitive: noSecret, inPublic: akTemplate, outsideInfo: empty, creationPCR: [] }
    await refused(atHandle(RC.type, 0), bench.client.run(Create, { parentHandle: byPassword(notParent) }, parameters))
  })
  it('refuse to unseal a key', async () => {
    const bench = await Bench.started()
    await refused(
      atHandle(RC.type, 0),
      bench.client.run(Unseal, { itemHandle: byPassword(await bench.primary(akTemplate)) }, {}),
    )
  })
  it('change the authValue of the private area', async () => {
    const bench = await Bench.started()
    const { parent, load } = await child(bench, sealedData, Uint8Array.of(1))
    const object = await load()
    const change = (parentHandle: Known) =>
      bench.client.run(
        ObjectChangeAuth,
        { objectHandle: byPassword(object), parentHandle },
        { newAuth: Uint8Array.of(8) },
      )
    const { outPrivate } = await change(parent)
    const again = await load({ inPrivate: outPrivate })
    expect(
      (await bench.client.run(Unseal, { itemHandle: byPassword(again, Uint8Array.of(8)) }, {})).outData,
    ).to.deep.equal(Uint8Array.of(1))
    await refused(atHandle(RC.type, 1), change(await bench.primary(symmetricParent)))
  })
  it('make and load at once', async () => {
    const bench = await Bench.started()
    const parent = await bench.primary()
    const inPublic = encode(TPMT_PUBLIC, akTemplate)
    const made = await bench.client.run(
      CreateLoaded,
      { parentHandle: byPassword(parent) },
      { inSensitive: noSecret, inPublic },
    )
    expect(made.name).to.deep.equal(nameOf(made.outPublic))
    const primary = await bench.client.run(
      CreateLoaded,
      { parentHandle: byPassword(named(RH.owner)) },
      { inSensitive: noSecret, inPublic: encode(TPMT_PUBLIC, srkTemplate) },
    )
    expect(primary.outPublic).to.deep.equal(parent.outPublic)
    expect(primary.outPrivate).to.have.length(0)
    await refused(
      atParameter(RC.insufficient, 1),
      bench.client.run(
        CreateLoaded,
        { parentHandle: byPassword(parent) },
        { inSensitive: noSecret, inPublic: inPublic.slice(0, 9) },
      ),
    )
  })
})

describe('LoadExternal', () => {
  const load = (bench: Bench, inPublic: TPMT_PUBLIC, hierarchy: number, inPrivate?: Uint8Array) =>
    bench.client.run(
      LoadExternal,
      {},
      {
        inPrivate:
          inPrivate === undefined
            ? undefined
            : { sensitiveType: ALG.ecc, authValue: empty, seedValue: empty, sensitive: inPrivate },
        inPublic,
        hierarchy,
      },
    )
  it('takes a public key', async () => {
    const bench = await Bench.started()
    const { outPublic } = await bench.primary(akTemplate)
    expect((await load(bench, outPublic, RH.owner)).name).to.deep.equal(nameOf(outPublic))
  })
  it('refuses a point off the curve', async () => {
    const bench = await Bench.started()
    const { outPublic } = await bench.primary(akTemplate)
    const { unique } = outPublic as EccPublic
    const off = { ...akTemplate, unique: { x: unique.y, y: unique.x } }
    await refused(atParameter(RC.eccPoint, 1), load(bench, off, RH.owner))
  })
  const rsaModulus = (last: number): Uint8Array => {
    const modulus = new Uint8Array(256).fill(0xff)
    modulus[255] = last
    return modulus
  }
  it('refuses an even modulus, which OpenSSL would stumble over', async () => {
    const bench = await Bench.started()
    const even = { ...(ekTemplates[0]!.template as RsaPublic), unique: rsaModulus(0xfe) }
    await refused(atParameter(RC.key, 1), load(bench, even, RH.owner))
  })
  it('refuses a factor that is no prime of the key', async () => {
    const bench = await Bench.started()
    const template = rsaSigner({ scheme: ALG.rsassa, hashAlg: ALG.sha256 })
    // (2^1024 - 1)^2 has the factor 2^1024 - 1 twice: it divides, and makes no key
    const factor = new Uint8Array(128).fill(0xff)
    const modulus = new Uint8Array(256)
    modulus.fill(0xff, 0, 127)
    modulus[127] = 0xfe
    modulus[255] = 1
    const inPublic = { ...template, objectAttributes: attributes('sign', 'userWithAuth'), unique: modulus }
    const inPrivate = { sensitiveType: ALG.rsa, authValue: empty, seedValue: empty, sensitive: factor }
    await refused(RC.binding, bench.client.run(LoadExternal, {}, { inPrivate, inPublic, hierarchy: RH.null }))
  })
  it('makes no credential for a key without a Name', async () => {
    const bench = await Bench.started()
    const { outPublic } = await bench.primary()
    const key = await load(bench, { ...outPublic, nameAlg: ALG.null }, RH.null)
    await refused(
      atHandle(RC.type, 0),
      bench.client.run(MakeCredential, { handle: key }, { credential: empty, objectName: empty }),
    )
  })
  it('refuses a private key in a hierarchy, of this TPM, or of another key', async () => {
    const bench = await Bench.started()
    const { outPublic } = await bench.primary(akTemplate)
    const free = { ...(outPublic as EccPublic), objectAttributes: attributes('sign', 'userWithAuth') }
    const d = new Uint8Array(32).fill(1)
    await refused(atParameter(RC.hierarchy, 2), load(bench, free, RH.owner, d))
    await refused(atParameter(RC.attributes, 1), load(bench, outPublic, RH.null, d))
    await refused(RC.binding, load(bench, free, RH.null, d))
  })
})

describe('a credential', () => {
  for (const [at, { kind, template }] of ekTemplates.entries()) {
    it(`is activated by the ${kind} key for its object alone`, async () => {
      const bench = await Bench.started()
      const ek = await bench.primary(template, { hierarchy: RH.endorsement })
      const ak = await bench.primary(akTemplate, { hierarchy: RH.endorsement })
      const secret = random(32)
      const activate = async (credential: { credentialBlob: Uint8Array; secret: Uint8Array }) => {
        const session = await bench.session({ type: 'policy' })
        await bench.client.run(
          PolicySecret,
          { authHandle: byPassword(named(RH.endorsement)), policySession: named(session.handle) },
          { nonceTPM: empty, cpHashA: empty, policyRef: empty, expiration: 0 },
        )
        return bench.client.run(
          ActivateCredential,
          { activateHandle: byPassword(ak), keyHandle: { ...ek, auth: session } },
          credential,
        )
      }
      const ours = makeCredential({ ek: ek.outPublic, name: ak.name, secret, random })
      expect((await activate(ours)).certInfo).to.deep.equal(secret)
      const its = await bench.client.run(MakeCredential, { handle: ek }, { credential: secret, objectName: ak.name })
      expect((await activate(its)).certInfo).to.deep.equal(secret)
      const foreign = makeCredential({ ek: ek.outPublic, name: ek.name, secret, random })
      await refused(atParameter(RC.integrity, 0), activate(foreign))
      await refused(
        atParameter(at === 0 ? RC.size : RC.insufficient, 1),
        activate({ ...ours, secret: Uint8Array.of(1) }),
      )
    })
  }
  it('is made and activated by storage keys only', async () => {
    const bench = await Bench.started()
    const ak = await bench.primary(akTemplate)
    await refused(
      atHandle(RC.type, 0),
      bench.client.run(MakeCredential, { handle: ak }, { credential: empty, objectName: empty }),
    )
    const handles = { activateHandle: byPassword(ak), keyHandle: byPassword(ak) }
    await refused(
      atHandle(RC.type, 1),
      bench.client.run(ActivateCredential, handles, { credentialBlob: empty, secret: empty }),
    )
  })
})

describe('an attestation', () => {
  const pcrs = [selectPcrs(ALG.sha256, [0, 7]), selectPcrs(ALG.sha1, [0])]
  const quote = (
    bench: Bench,
    key: { handle: number; name: Uint8Array },
    inScheme: Parameters<typeof verifySignature>[2] | object = { scheme: ALG.null },
  ) =>
    bench.client.run(
      Quote,
      { signHandle: byPassword(key) },
      { qualifyingData: Uint8Array.of(1, 2), inScheme: inScheme as { scheme: typeof ALG.null }, PCRselect: pcrs },
    )
  for (const { name, template } of [
    { name: 'ECDSA', template: akTemplate },
    { name: 'RSASSA', template: rsaSigner({ scheme: ALG.rsassa, hashAlg: ALG.sha256 }) },
    { name: 'RSAPSS', template: rsaSigner({ scheme: ALG.rsapss, hashAlg: ALG.sha512 }) },
  ]) {
    it(`is signed by ${name}`, async () => {
      const bench = await Bench.started()
      const ak = await bench.primary(template, { hierarchy: RH.endorsement })
      const { quoted, signature } = await quote(bench, ak)
      expect(verifySignature(ak.outPublic, quoted, signature)).to.equal(true)
      const altered = quoted.slice()
      altered[quoted.length - 1] = (altered[quoted.length - 1] ?? 0) ^ 1
      expect(verifySignature(ak.outPublic, altered, signature)).to.equal(false)
      const attest = decode(TPMS_ATTEST, quoted)
      if (attest.type !== ST.attestQuote) throw new Error('not a quote')
      expect(attest.extraData).to.deep.equal(Uint8Array.of(1, 2))
      expect(attest.attested.pcrSelect).to.deep.equal(pcrs)
      expect(attest.clockInfo.resetCount).to.equal(1)
    })
  }
  it('hides the counters outside the endorsement and platform hierarchies', async () => {
    const bench = await Bench.started()
    const { quoted } = await quote(bench, await bench.primary(akTemplate))
    expect(decode(TPMS_ATTEST, quoted).clockInfo.resetCount).to.not.equal(1)
  })
  it('is refused by a key that does not sign, or by another scheme', async () => {
    const bench = await Bench.started()
    await refused(atHandle(RC.key, 0), quote(bench, await bench.primary()))
    const ak = await bench.primary(akTemplate)
    await refused(atParameter(RC.scheme, 1), quote(bench, ak, { scheme: ALG.ecdsa, hashAlg: ALG.sha384 }))
  })
  it('goes unsigned without a key', async () => {
    const bench = await Bench.started()
    const handles = { objectHandle: byPassword(await bench.primary()), signHandle: byPassword(named(RH.null)) }
    const parameters = { qualifyingData: empty, inScheme: { scheme: ALG.null } } as const
    const { signature } = await bench.client.run(Certify, handles, parameters)
    expect(signature).to.deep.equal({ sigAlg: ALG.null })
  })
  it('certifies an object', async () => {
    const bench = await Bench.started()
    const ak = await bench.primary(akTemplate)
    const object = await bench.primary()
    const handles = { objectHandle: byPassword(object), signHandle: byPassword(ak) }
    const { certifyInfo, signature } = await bench.client.run(Certify, handles, {
      qualifyingData: empty,
      inScheme: { scheme: ALG.null },
    })
    expect(verifySignature(ak.outPublic, certifyInfo, signature)).to.equal(true)
    const attest = decode(TPMS_ATTEST, certifyInfo)
    if (attest.type !== ST.attestCertify) throw new Error('not a certification')
    expect(attest.attested.name).to.deep.equal(object.name)
  })
})
