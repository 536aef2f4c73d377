import { expect } from 'chai'
import {
  ALG,
  atParameter,
  type Authorized,
  CAP,
  Clear,
  ContextLoad,
  ContextSave,
  Create,
  CreatePrimary,
  curves,
  DictionaryAttackParameters,
  digest,
  Duplicate,
  ECC_Parameters,
  FlushContext,
  GetCapability,
  GetTime,
  Hash,
  HMAC,
  named,
  passwordSession,
  PCR_Allocate,
  PCR_Reset,
  PolicyCommandCode,
  PolicyCounterTimer,
  PolicySigned,
  Quote,
  RC,
  ReadPublic,
  RH,
  selectPcrs,
  Shutdown,
  srkTemplate,
  startSession,
  SU,
  TPMA_OBJECT,
  type TpmClient,
  type TPMT_PUBLIC,
  VerifySignature,
} from '../../core/tpm/index.ts'
import { fromHex, toHex } from '../../core/bytes/index.ts'
import { aesKey, eccKey, type ExternalKey, hmacKey, loadExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty = new Uint8Array(0)
const byPassword = (handle: number): Authorized => ({ ...named(handle), auth: passwordSession() })
const banks = [ALG.sha1, ALG.sha256, ALG.sha384, ALG.sha512] as const

const plain = {
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of('sign', 'userWithAuth'),
  authPolicy: empty,
  unique: empty,
} as const
const hmacTemplate: TPMT_PUBLIC = {
  ...plain,
  type: ALG.keyedhash,
  parameters: { scheme: { scheme: ALG.hmac, hashAlg: ALG.sha256 } },
}
const cipherTemplate: TPMT_PUBLIC = {
  ...plain,
  type: ALG.symcipher,
  parameters: { sym: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } },
}

/** Requests at the edges, which sequences made up at random have found to be answered otherwise before. */
export function oddRequests(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  const flush = (flushHandle: number) => client.run(FlushContext, {}, { flushHandle })

  it('LoadExternal: an object under no parent has its Name for a Qualified Name', async () => {
    for (const key of [eccKey(), aesKey(new Uint8Array(16))]) {
      const { handle, name } = await loadExternal(client, { ...key, sensitive: undefined })
      const { qualifiedName } = await client.run(ReadPublic, { objectHandle: named(handle) }, {})
      expect(qualifiedName).to.deep.equal(name)
      await flush(handle)
    }
  })

  it('CreatePrimary: data are left out of an asymmetric key', async () => {
    // Keys follow from a seed of each TPM.
    bench.exact(false)
    const inSensitive = { userAuth: empty, data: new Uint8Array(16) }
    const parameters = { inSensitive, inPublic: srkTemplate, outsideInfo: empty, creationPCR: [] }
    const { handle } = await client.run(CreatePrimary, { primaryHandle: byPassword(RH.owner) }, parameters)
    await flush(handle)
    bench.exact(true)
  })

  const kinds = [
    ['an HMAC key', hmacTemplate, [16, 64], [65, 128]],
    ['a cipher', cipherTemplate, [16], [15, 32]],
  ] as const
  for (const [name, template, taken, refused] of kinds) {
    const made = async (size: number, ...attributes: readonly (keyof TPMA_OBJECT)[]): Promise<number> => {
      const inPublic = { ...template, objectAttributes: TPMA_OBJECT.of('sign', 'userWithAuth', ...attributes) }
      const inSensitive = { userAuth: empty, data: new Uint8Array(size).fill(1) }
      const parameters = { inSensitive, inPublic, outsideInfo: empty, creationPCR: [] }
      const created = client.run(CreatePrimary, { primaryHandle: byPassword(RH.null) }, parameters)
      const code = await codeOf(created)
      if (code === RC.success) await flush((await created).handle)
      return code
    }

    it(`CreatePrimary: ${name} takes a secret of its size`, async () => {
      bench.exact(false)
      for (const size of taken) expect(await made(size), `${size} bytes`).to.equal(RC.success)
      for (const size of refused) expect(await made(size), `${size} bytes`).to.be.oneOf([RC.size, RC.keySize])
      expect(await made(0)).to.equal(atParameter(RC.attributes, 1))
      bench.exact(true)
    })

    it(`CreatePrimary: ${name} of the TPM's own takes no notice of one`, async () => {
      bench.exact(false)
      for (const size of [0, ...taken, ...refused])
        expect(await made(size, 'sensitiveDataOrigin'), `${size} bytes`).to.equal(RC.success)
      bench.exact(true)
    })
  }

  it('CreatePrimary: the secret of a key that is fixed and restricted comes from the TPM', async () => {
    bench.exact(false)
    for (const [attributes, expected] of [
      [['restricted', 'fixedTPM', 'fixedParent'], atParameter(RC.attributes, 1)],
      [['restricted'], RC.success],
      [['fixedTPM', 'fixedParent'], RC.success],
    ] as const) {
      const objectAttributes = TPMA_OBJECT.of('sign', 'userWithAuth', ...attributes)
      const inSensitive = { userAuth: empty, data: new Uint8Array(16) }
      const inPublic = { ...hmacTemplate, objectAttributes }
      const parameters = { inSensitive, inPublic, outsideInfo: empty, creationPCR: [] }
      const created = client.run(CreatePrimary, { primaryHandle: byPassword(RH.null) }, parameters)
      expect(await codeOf(created), attributes.join(' ')).to.equal(expected)
      if (expected === RC.success) await flush((await created).handle)
    }
    bench.exact(true)
  })

  it('LoadExternal: a secret or a seed of another size makes no key', async () => {
    const aes = aesKey(new Uint8Array(16))
    const long = aesKey(new Uint8Array(32))
    const code = (key: ExternalKey) => codeOf(loadExternal(client, key).then(({ handle }) => flush(handle)))
    const { publicArea, sensitive } = aes
    expect(await code(aes)).to.equal(RC.success)
    expect(await code(hmacKey(new Uint8Array(64)))).to.equal(RC.success)
    for (const key of [
      { publicArea: { ...publicArea, unique: long.publicArea.unique }, sensitive: long.sensitive } as ExternalKey,
      { publicArea, sensitive: { ...sensitive, seedValue: new Uint8Array(16) } },
      hmacKey(new Uint8Array(65)),
    ])
      expect(await code(key)).to.equal(atParameter(RC.keySize, 0))
  })

  it('Quote: the null handle has no hash for the PCRs', async () => {
    for (const inScheme of [{ scheme: ALG.null }, { scheme: ALG.ecdsa, hashAlg: ALG.sha256 }] as const) {
      const parameters = { qualifyingData: empty, inScheme, PCRselect: [selectPcrs(ALG.sha256, [0])] }
      const quoted = client.run(Quote, { signHandle: byPassword(RH.null) }, parameters)
      expect(await codeOf(quoted)).to.equal(atParameter(RC.scheme, 1))
    }
    bench.exact(false)
    const handles = { privacyAdminHandle: byPassword(RH.endorsement), signHandle: byPassword(RH.null) }
    const parameters = { qualifyingData: empty, inScheme: { scheme: ALG.null } } as const
    expect(await codeOf(client.run(GetTime, handles, parameters))).to.equal(RC.success)
    bench.exact(true)
  })

  it('ECC_Parameters: every curve, to the byte', async () => {
    for (const { id } of curves) {
      const { parameters } = await client.run(ECC_Parameters, {}, { curveID: id })
      expect(parameters.curveID).to.equal(id)
    }
  })

  it('TestParms: a cipher has an algorithm', async () => {
    const response = await client.transmit(fromHex('80010000000e0000018a00250010'))
    expect(toHex(response)).to.equal('80010000000a000001d6')
  })

  it('PCR_Allocate: a bank remains for each PCR that trust starts from', async () => {
    bench.exact(false)
    for (const [pcrs, expected] of [
      [[], RC.pcr],
      [[0, 7], RC.pcr],
      [[7, 17], RC.pcr],
      [[0, 17], RC.success],
    ] as const) {
      const pcrAllocation = banks.map((bank) => selectPcrs(bank, bank === ALG.sha384 ? pcrs : []))
      const allocated = client.run(PCR_Allocate, { authHandle: byPassword(RH.platform) }, { pcrAllocation })
      expect(await codeOf(allocated), pcrs.join(' ')).to.equal(expected)
    }
    bench.exact(true)
  })

  it('an exclusive audit means nothing to a session that does not audit', async () => {
    bench.exact(false)
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
    const session = await startSession(client, { type: 'hmac', random, hash: ALG.sha256 })
    for (const attribute of ['auditExclusive', 'auditReset'] as const) {
      const auth = session.with({ attributes: ['continueSession', attribute] })
      const reset = client.run(PCR_Reset, { pcrHandle: { ...named(16), auth } }, {})
      expect(await codeOf(reset), attribute).to.equal(RC.success)
    }
    await flush(session.handle)
    bench.exact(true)
  })

  it('PolicySigned, VerifySignature: a signature that is missing is refused, even in a trial', async () => {
    bench.exact(false)
    const key = await loadExternal(client, eccKey())
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
    const { handle } = await startSession(client, { type: 'trial', random, hash: ALG.sha256 })
    const none = { sigAlg: ALG.null } as const
    const parameters = { nonceTPM: empty, cpHashA: empty, policyRef: empty, expiration: 0, auth: none }
    const signed = client.run(PolicySigned, { authObject: key, policySession: named(handle) }, parameters)
    expect(await codeOf(signed)).to.equal(atParameter(RC.scheme, 4))
    const verified = client.run(VerifySignature, { keyHandle: key }, { digest: new Uint8Array(32), signature: none })
    expect(await codeOf(verified)).to.equal(atParameter(RC.scheme, 1))
    await flush(handle)
    await flush(key.handle)
    bench.exact(true)
  })

  it('PolicyCommandCode: a command that the TPM does not have', async () => {
    bench.exact(false)
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
    const { handle } = await startSession(client, { type: 'trial', random, hash: ALG.sha256 })
    for (const code of [0x12f, 0x141, 0x179, 0x11e, 0x1ff]) {
      const asserted = client.run(PolicyCommandCode, { policySession: named(handle) }, { code })
      expect(await codeOf(asserted), code.toString(16)).to.equal(atParameter(RC.policyCC, 0))
    }
    await flush(handle)
    bench.exact(true)
  })

  it('Shutdown: PCRs that will be allocated otherwise are not kept', async () => {
    bench.exact(false)
    const pcrAllocation = [selectPcrs(ALG.sha384, [0, 1, 17])]
    await client.run(PCR_Allocate, { authHandle: byPassword(RH.platform) }, { pcrAllocation })
    const kept = client.run(Shutdown, {}, { shutdownType: SU.state })
    expect(await codeOf(kept)).to.equal(atParameter(RC.type, 0))
    await client.run(Shutdown, {}, { shutdownType: SU.clear })
    bench.exact(true)
  })

  it('Duplicate: a locked TPM says so before it says that a policy is needed', async () => {
    bench.exact(false)
    const lockout = { lockHandle: byPassword(RH.lockout) }
    const limits = { newMaxTries: 0, newRecoveryTime: 1000, lockoutRecovery: 1000 }
    const objectAttributes = TPMA_OBJECT.of('userWithAuth', 'sign')
    const { publicArea, sensitive } = hmacKey(new Uint8Array(16))
    const key = await loadExternal(client, { publicArea: { ...publicArea, objectAttributes }, sensitive })
    await client.run(DictionaryAttackParameters, lockout, limits)
    const handles = { objectHandle: { ...key, auth: passwordSession() }, newParentHandle: named(RH.null) }
    const parameters = { encryptionKeyIn: empty, symmetricAlg: { algorithm: ALG.null } } as const
    const duplicated = client.run(Duplicate, handles, parameters)
    expect(await codeOf(duplicated)).to.equal(RC.lockout)
    await client.run(DictionaryAttackParameters, lockout, { ...limits, newMaxTries: 3 })
    await flush(key.handle)
    bench.exact(true)
  })

  it('GetCapability: loaded sessions stand in the order of their slots', async () => {
    bench.exact(false)
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
    const handles: number[] = []
    for (const type of ['policy', 'hmac', 'policy'] as const)
      handles.push((await startSession(client, { type, random, hash: ALG.sha256 })).handle)
    bench.exact(true)
    for (const property of [0x02000000, 0x02000001, 0x02000002]) {
      const parameters = { capability: CAP.handles, property, propertyCount: 8 }
      const { capabilityData } = await client.run(GetCapability, {}, parameters)
      expect(capabilityData.data).to.deep.equal(handles.slice(property & 0xff))
    }
    for (const handle of handles) await flush(handle)
  })

  it('PolicyCounterTimer: a trial looks outside of the time as little as another session', async () => {
    bench.exact(false)
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
    const { handle } = await startSession(client, { type: 'trial', random, hash: ALG.sha256 })
    for (const [size, offset, expected] of [
      [8, 26, atParameter(RC.value, 1)],
      [8, 18, RC.range],
      [8, 17, RC.success],
    ] as const) {
      const parameters = { operandB: new Uint8Array(size), offset, operation: 3 }
      const asserted = client.run(PolicyCounterTimer, { policySession: named(handle) }, parameters)
      expect(await codeOf(asserted), `at ${offset}`).to.equal(expected)
    }
    await flush(handle)
    bench.exact(true)
  })
}

/** What follows from keys and nonces that each TPM draws: on one TPM at a time. */
export function boundSessions(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  it('a session bound to an empty authValue has a key of its own', async () => {
    const key = await loadExternal(client, hmacKey(new Uint8Array(16)))
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
    for (const bound of [RH.owner, 16, key.handle]) {
      const bind = { handle: bound, authValue: empty }
      const session = await startSession(client, { type: 'hmac', random, hash: ALG.sha256, bind })
      const handle = { ...key, auth: session.with({ isBound: bound === key.handle }) }
      const mac = client.run(HMAC, { handle }, { buffer: empty, hashAlg: ALG.null })
      expect(await codeOf(mac)).to.equal(RC.success)
      await client.run(FlushContext, {}, { flushHandle: session.handle })
    }
  })

  it('an answer hidden by XOR is seen by the hash of its session', async () => {
    const symmetric = { algorithm: ALG.xor, hash: ALG.sha256 } as const
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
    const bind = { handle: RH.owner, authValue: empty }
    const session = await startSession(client, { type: 'hmac', random, hash: ALG.sha512, symmetric, bind })
    const hidden = session.with({ attributes: ['continueSession', 'encrypt', 'decrypt'] })
    const parameters = { data: new Uint8Array(40), hashAlg: ALG.sha384, hierarchy: RH.null }
    const { outHash } = await client.run(Hash, {}, parameters, [hidden])
    expect(outHash).to.deep.equal(digest(ALG.sha384, new Uint8Array(40)))
    await client.run(FlushContext, {}, { flushHandle: session.handle })
  })

  it('sessions that authorize nothing decrypt and encrypt beside each other, in any order', async () => {
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
    const symmetric = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
    const bind = { handle: RH.owner, authValue: empty }
    const begin = (attribute: 'decrypt' | 'encrypt' | 'audit') =>
      startSession(client, { type: 'hmac', random, hash: ALG.sha256, symmetric, bind }).then((session) =>
        session.with({ attributes: ['continueSession', attribute] }),
      )
    const [first, second, third] = [await begin('audit'), await begin('encrypt'), await begin('decrypt')]
    const parameters = { data: new Uint8Array(40), hashAlg: ALG.sha256, hierarchy: RH.null }
    for (const sessions of [
      [first, second, third],
      [third, second],
      [second, first, third],
      [third, first, second],
    ]) {
      const { outHash } = await client.run(Hash, {}, parameters, sessions)
      expect(outHash).to.deep.equal(digest(ALG.sha256, new Uint8Array(40)))
    }
    for (const { handle } of [first, second, third]) await client.run(FlushContext, {}, { flushHandle: handle })
  })

  it('a session that was saved outlives Clear', async () => {
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
    const { handle } = await startSession(client, { type: 'policy', random, hash: ALG.sha256 })
    const { context } = await client.run(ContextSave, { saveHandle: named(handle) }, {})
    await client.run(Clear, { authHandle: byPassword(RH.lockout) }, {})
    expect((await client.run(ContextLoad, {}, { context })).handle).to.equal(handle)
    await client.run(FlushContext, {}, { flushHandle: handle })
  })

  it('Create: no data come along with a secret of the TPM’s own, unlike those of a primary object', async () => {
    const parameters = (inPublic: TPMT_PUBLIC, size: number) => {
      const inSensitive = { userAuth: empty, data: new Uint8Array(size) }
      return { inSensitive, inPublic, outsideInfo: empty, creationPCR: [] }
    }
    const primary = await client.run(CreatePrimary, { primaryHandle: byPassword(RH.owner) }, parameters(srkTemplate, 0))
    const parentHandle = { ...primary, auth: passwordSession() }
    const objectAttributes = TPMA_OBJECT.of('sign', 'userWithAuth', 'sensitiveDataOrigin')
    const ecc = { ...eccKey().publicArea, objectAttributes }
    for (const inPublic of [{ ...hmacTemplate, objectAttributes }, { ...cipherTemplate, objectAttributes }, ecc]) {
      const refused = client.run(Create, { parentHandle }, parameters(inPublic, 16))
      expect(await codeOf(refused)).to.equal(atParameter(RC.attributes, 1))
      await client.run(Create, { parentHandle }, parameters(inPublic, 0))
    }
    await client.run(FlushContext, {}, { flushHandle: primary.handle })
  })
}
