import { expect } from 'chai'
import {
  ALG,
  authValueStep,
  CC,
  Create,
  DictionaryAttackLockReset,
  DictionaryAttackParameters,
  digest,
  FlushContext,
  GetRandom,
  handleName,
  Load,
  named,
  pcrStep,
  PCR_Extend,
  policyDigest,
  PolicyAuthValue,
  PolicyCommandCode,
  PolicyGetDigest,
  PolicyOR,
  PolicyPassword,
  PolicyPCR,
  PolicyRestart,
  PolicySecret,
  RC,
  ReadClock,
  ResponseAuthError,
  RH,
  Shutdown,
  SU,
  secretStep,
  selectPcrs,
  StartAuthSession,
  taggedDigest,
  TPMA_OBJECT,
  TpmClient,
  Unseal,
  atHandle,
  atParameter,
  atSession,
  commandCodeStep,
  ekTemplates,
  type AuthSession,
  type SessionOptions,
  type TPMT_PUBLIC,
  type TPMT_SYM_DEF,
} from '../../../../core/tpm/index.ts'
import { Bench, byPassword, empty, refused } from './bench.ts'

const secret = Uint8Array.of(4, 5, 6)
const password = Uint8Array.of(1, 2, 3)

/** Seals the secret under an ECC storage key; without a policy the password opens it. */
async function sealed(bench: Bench, options: { readonly authPolicy?: Uint8Array; readonly noDA?: boolean } = {}) {
  const { authPolicy = empty, noDA = true } = options
  const parent = await bench.primary()
  const names = [
    'fixedTPM',
    'fixedParent',
    ...(authPolicy.length === 0 ? ['userWithAuth'] : []),
    ...(noDA ? ['noDA'] : []),
  ]
  const inPublic: TPMT_PUBLIC = {
    type: ALG.keyedhash,
    nameAlg: ALG.sha256,
    objectAttributes: TPMA_OBJECT.of(...(names as 'noDA'[])),
    authPolicy,
    parameters: { scheme: { scheme: ALG.null } },
    unique: empty,
  }
  const made = await bench.client.run(
    Create,
    { parentHandle: byPassword(parent) },
    { inSensitive: { userAuth: password, data: secret }, inPublic, outsideInfo: empty, creationPCR: [] },
  )
  const { outPrivate, outPublic } = made
  return bench.client.run(Load, { parentHandle: byPassword(parent) }, { inPrivate: outPrivate, inPublic: outPublic })
}

const unseal = (bench: Bench, item: { handle: number; name: Uint8Array }, auth: AuthSession) =>
  bench.client.run(Unseal, { itemHandle: { ...item, auth } }, {})

describe('an HMAC session', () => {
  const aes: TPMT_SYM_DEF = { algorithm: ALG.aes, keyBits: 256, mode: ALG.cfb }
  const xor: TPMT_SYM_DEF = { algorithm: ALG.xor, hash: ALG.sha384 }
  for (const { name, symmetric, hash } of [
    { name: 'plain', symmetric: undefined, hash: ALG.sha1 },
    { name: 'with AES-CFB', symmetric: aes, hash: ALG.sha256 },
    { name: 'with XOR', symmetric: xor, hash: ALG.sha512 },
  ]) {
    for (const isSalted of [false, true]) {
      for (const isBound of [false, true]) {
        it(`${name}${isSalted ? ', salted' : ''}${isBound ? ', bound' : ''}, authorizes and hides the answer`, async () => {
          const bench = await Bench.started()
          const item = await sealed(bench)
          const ek = await bench.primary(ekTemplates[1]!.template, { hierarchy: RH.endorsement })
          const session = await bench.session({
            hash,
            ...(symmetric === undefined ? {} : { symmetric }),
            ...(isSalted ? { salt: { handle: ek.handle, publicArea: ek.outPublic } } : {}),
            ...(isBound ? { bind: { handle: item.handle, authValue: password } } : {}),
          })
          const attributes = ['continueSession', ...(symmetric === undefined ? [] : ['encrypt'])] as 'encrypt'[]
          session.with({ attributes, authValue: password, isBound })
          for (let round = 0; round < 2; round++) {
            expect((await unseal(bench, item, session)).outData).to.deep.equal(secret)
            const isHidden = !Buffer.from(bench.received).includes(Buffer.from(secret))
            expect(isHidden).to.equal(symmetric !== undefined)
          }
        })
      }
    }
  }

  it('is refused with a wrong authValue', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench)
    const session = await bench.session()
    await refused(atSession(RC.badAuth, 0), unseal(bench, item, session.with({ authValue: Uint8Array.of(9) })))
  })
  it('ends with the command that does not continue it', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench)
    const session = await bench.session()
    await unseal(bench, item, session.with({ attributes: [], authValue: password }))
    await refused(RC.referenceS0, unseal(bench, item, session))
  })
  it('does not take a command twice', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench)
    const session = await bench.session()
    await unseal(bench, item, session.with({ authValue: password }))
    const again = await bench.tpm.execute(bench.sent)
    expect(new DataView(again.buffer).getUint32(6)).to.equal(atSession(RC.badAuth, 0))
  })
  it('shows a client that the answer was changed', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench)
    const session = (await bench.session()).with({ authValue: password })
    const meddled = new TpmClient({
      transmit: async (command) => {
        const answer = (await bench.tpm.execute(command)).slice()
        answer[17] = (answer[17] ?? 0) ^ 1
        return answer
      },
    })
    const outcome = meddled.run(Unseal, { itemHandle: { ...item, auth: session } }, {})
    expect(await outcome.catch((error: unknown) => error)).to.be.instanceOf(ResponseAuthError)
  })
  it('helps another command to encrypt', async () => {
    const bench = await Bench.started()
    const session = await bench.session({ symmetric: aes })
    session.with({ attributes: ['continueSession', 'encrypt'] })
    const { randomBytes } = await bench.client.run(GetRandom, {}, { bytesRequested: 16 }, [session])
    expect(randomBytes).to.have.length(16)
  })
  it('audits, and is exclusive while it is used alone', async () => {
    const bench = await Bench.started()
    const session = (await bench.session()).with({ attributes: ['continueSession', 'audit'] })
    const exclusive = (): boolean => (bench.received[bench.received.length - 3]! & 2) !== 0
    await bench.client.run(ReadClock, {}, {}, [session])
    expect(exclusive()).to.equal(true)
    await bench.client.run(ReadClock, {}, {})
    await bench.client.run(ReadClock, {}, {}, [session])
    expect(exclusive()).to.equal(false)
    const demanding = session.with({ attributes: ['continueSession', 'audit', 'auditExclusive'] })
    await refused(RC.exclusive, bench.client.run(ReadClock, {}, {}, [demanding]))
    await bench.client.run(ReadClock, {}, {}, [
      session.with({ attributes: ['continueSession', 'audit', 'auditReset'] }),
    ])
    expect(exclusive()).to.equal(true)
  })

  for (const { name, attributes, rc } of [
    { name: 'nothing', attributes: ['continueSession'], rc: RC.attributes },
    { name: 'encryption it has no cipher for', attributes: ['encrypt'], rc: RC.symmetric },
    { name: 'decryption of a command that has nothing to decrypt', attributes: ['decrypt'], rc: RC.attributes },
    { name: 'exclusiveness without audit', attributes: ['encrypt', 'auditExclusive'], rc: RC.symmetric },
  ] as const) {
    it(`is refused for ${name}`, async () => {
      const bench = await Bench.started()
      const session = (await bench.session()).with({ attributes })
      await refused(atSession(rc, 0), bench.client.run(GetRandom, {}, { bytesRequested: 1 }, [session]))
    })
  }
})

describe('StartAuthSession', () => {
  const start = (bench: Bench, changes: object) =>
    bench.client.run(
      StartAuthSession,
      { tpmKey: named(RH.null), bind: named(RH.null) },
      {
        nonceCaller: new Uint8Array(16),
        encryptedSalt: empty,
        sessionType: 0,
        symmetric: { algorithm: ALG.null },
        authHash: ALG.sha256,
        ...changes,
      },
    )
  for (const { name, changes, rc } of [
    { name: 'a short nonce', changes: { nonceCaller: new Uint8Array(15) }, rc: atParameter(RC.size, 0) },
    { name: 'a nonce longer than the hash', changes: { nonceCaller: new Uint8Array(33) }, rc: atParameter(RC.size, 0) },
    { name: 'a salt without a key', changes: { encryptedSalt: new Uint8Array(4) }, rc: atParameter(RC.value, 1) },
    { name: 'a session of no type', changes: { sessionType: 2 }, rc: atParameter(RC.value, 2) },
    {
      name: 'a cipher mode other than CFB',
      changes: { symmetric: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cbc } },
      rc: atParameter(RC.mode, 3),
    },
  ]) {
    it(`refuses ${name}`, async () => {
      await refused(rc, start(await Bench.started(), changes))
    })
  }
  it('refuses a salt for a key that does not decrypt, or a salt it cannot open', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench)
    const salted = (key: { handle: number; name: Uint8Array }, encryptedSalt: Uint8Array) =>
      bench.client.run(
        StartAuthSession,
        { tpmKey: key, bind: named(RH.null) },
        {
          nonceCaller: new Uint8Array(16),
          encryptedSalt,
          sessionType: 0,
          symmetric: { algorithm: ALG.null },
          authHash: ALG.sha256,
        },
      )
    await refused(atHandle(RC.key, 0), salted(item, new Uint8Array(4)))
    const key = await bench.primary()
    await refused(atParameter(RC.value, 1), salted(key, empty))
    await refused(atParameter(RC.value, 1), salted(key, new Uint8Array(4)))
  })
  it('gives out as many sessions as the profile has', async () => {
    const bench = await Bench.started(undefined, { maxLoadedSessions: 2 })
    await bench.session()
    const second = await bench.session()
    await refused(RC.sessionMemory, bench.session())
    await bench.client.run(FlushContext, {}, { flushHandle: second.handle })
    await bench.session()
    await refused(atParameter(RC.value, 0), bench.client.run(FlushContext, {}, { flushHandle: 0x02000040 }))
    await refused(atParameter(RC.handle, 0), bench.client.run(FlushContext, {}, { flushHandle: 0x0200003f }))
  })
})

describe('a policy session', () => {
  const policySession = (bench: Bench, options: Partial<SessionOptions> = {}) =>
    bench.session({ type: 'policy', ...options })
  const on = (session: AuthSession) => ({ policySession: named(session.handle) })
  const pcr0 = [selectPcrs(ALG.sha256, [0])]
  const zeroPcr = digest(ALG.sha256, new Uint8Array(32))
  const pcrPolicy = policyDigest(ALG.sha256, pcrStep(pcr0, zeroPcr))

  it('opens what its PCRs allow, once', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench, { authPolicy: pcrPolicy })
    const session = await policySession(bench)
    await bench.client.run(PolicyPCR, on(session), { pcrDigest: empty, pcrs: pcr0 })
    expect((await unseal(bench, item, session)).outData).to.deep.equal(secret)
    await refused(atSession(RC.policyFail, 0), unseal(bench, item, session))
  })
  it('fails when a PCR changed in between, or has another value', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench, { authPolicy: pcrPolicy })
    const session = await policySession(bench)
    await bench.client.run(PolicyPCR, on(session), { pcrDigest: empty, pcrs: pcr0 })
    const extend = { digests: [taggedDigest(ALG.sha256, new Uint8Array(32))] }
    await bench.client.run(PCR_Extend, { pcrHandle: byPassword(named(0)) }, extend)
    await refused(RC.pcrChanged, unseal(bench, item, session))
    await refused(RC.pcrChanged, bench.client.run(PolicyPCR, on(session), { pcrDigest: empty, pcrs: pcr0 }))
    await bench.client.run(PolicyRestart, { sessionHandle: named(session.handle) }, {})
    await refused(
      atParameter(RC.value, 0),
      bench.client.run(PolicyPCR, on(session), { pcrDigest: zeroPcr, pcrs: pcr0 }),
    )
    await bench.client.run(PolicyPCR, on(session), { pcrDigest: empty, pcrs: pcr0 })
    await refused(atSession(RC.policyFail, 0), unseal(bench, item, session))
  })
  it('is needed where userWithAuth is clear', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench, { authPolicy: pcrPolicy })
    await refused(RC.authUnavailable, unseal(bench, item, (await bench.session()).with({ authValue: password })))
  })
  it('demands the authValue after PolicyAuthValue and PolicyPassword', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench, { authPolicy: policyDigest(ALG.sha256, authValueStep) })
    const hmac = await policySession(bench)
    await bench.client.run(PolicyAuthValue, on(hmac), {})
    expect((await unseal(bench, item, hmac.with({ authValue: password }))).outData).to.deep.equal(secret)
    const wrong = await policySession(bench)
    await bench.client.run(PolicyAuthValue, on(wrong), {})
    await refused(atSession(RC.badAuth, 0), unseal(bench, item, wrong.with({ authValue: Uint8Array.of(9) })))
    await bench.client.run(PolicyRestart, { sessionHandle: named(wrong.handle) }, {})
    await bench.client.run(PolicyPassword, on(wrong), {})
    await refused(atSession(RC.badAuth, 0), unseal(bench, item, wrong))
  })
  it('is for one command after PolicyCommandCode', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench, { authPolicy: policyDigest(ALG.sha256, commandCodeStep(CC.Unseal)) })
    const session = await policySession(bench)
    await bench.client.run(PolicyCommandCode, on(session), { code: CC.Unseal })
    await refused(atParameter(RC.value, 0), bench.client.run(PolicyCommandCode, on(session), { code: CC.Sign }))
    await refused(
      atParameter(RC.policyCC, 0),
      bench.client.run(PolicyCommandCode, { policySession: named((await policySession(bench)).handle) }, { code: 1 }),
    )
    expect((await unseal(bench, item, session)).outData).to.deep.equal(secret)
  })
  it('takes one of several ways', async () => {
    const ways = [pcrPolicy, policyDigest(ALG.sha256, authValueStep)]
    const bench = await Bench.started()
    const session = await policySession(bench)
    await refused(atParameter(RC.value, 0), bench.client.run(PolicyOR, on(session), { pHashList: ways }))
    await bench.client.run(PolicyPCR, on(session), { pcrDigest: empty, pcrs: pcr0 })
    await bench.client.run(PolicyOR, on(session), { pHashList: ways })
    const { policyDigest: reached } = await bench.client.run(PolicyGetDigest, on(session), {})
    const trial = await bench.session({ type: 'trial' })
    await bench.client.run(PolicyOR, on(trial), { pHashList: ways })
    expect((await bench.client.run(PolicyGetDigest, on(trial), {})).policyDigest).to.deep.equal(reached)
  })
  it('reaches by PolicySecret what everybody can compute', async () => {
    const bench = await Bench.started()
    const session = await policySession(bench)
    const policyRef = Uint8Array.of(7)
    const secretOf = { authHandle: byPassword(named(RH.endorsement)), ...on(session) }
    const plain = { nonceTPM: session.nonceTPM, cpHashA: empty, policyRef, expiration: 0 }
    await bench.client.run(PolicySecret, secretOf, plain)
    const reached = await bench.client.run(PolicyGetDigest, on(session), {})
    expect(reached.policyDigest).to.deep.equal(
      policyDigest(ALG.sha256, secretStep(handleName(RH.endorsement), policyRef)),
    )
    await refused(
      atParameter(RC.nonce, 0),
      bench.client.run(PolicySecret, secretOf, { ...plain, nonceTPM: new Uint8Array(32) }),
    )
    await refused(
      atParameter(RC.size, 1),
      bench.client.run(PolicySecret, secretOf, { ...plain, cpHashA: new Uint8Array(3) }),
    )
  })
  it('expires', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench, { authPolicy: policyDigest(ALG.sha256, secretStep(handleName(RH.owner))) })
    const session = await policySession(bench)
    const secretOf = { authHandle: byPassword(named(RH.owner)), ...on(session) }
    await bench.client.run(PolicySecret, secretOf, { nonceTPM: empty, cpHashA: empty, policyRef: empty, expiration: 5 })
    bench.nowMs += 5001
    await refused(atSession(RC.expired, 0), unseal(bench, item, session))
  })
  it('is not authorized by a trial', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench, { authPolicy: pcrPolicy })
    const trial = await bench.session({ type: 'trial' })
    await bench.client.run(PolicyPCR, on(trial), { pcrDigest: empty, pcrs: pcr0 })
    await refused(atSession(RC.attributes, 0), unseal(bench, item, trial))
  })
})

describe('dictionary attack', () => {
  it('locks after so many wrong authValues, over power cycles', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench, { noDA: false })
    const guess = (): Promise<unknown> =>
      bench.client.run(Unseal, { itemHandle: byPassword(item, Uint8Array.of(9)) }, {})
    for (let tries = 0; tries < 3; tries++) await refused(atSession(RC.authFail, 0), guess())
    await refused(RC.lockout, guess())
    await refused(RC.lockout, bench.client.run(Unseal, { itemHandle: byPassword(item, password) }, {}))
    await bench.reset()
    const again = await sealed(bench, { noDA: false })
    await refused(RC.lockout, bench.client.run(Unseal, { itemHandle: byPassword(again, password) }, {}))
  })

  it('is forgotten one failure at a time', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench, { noDA: false })
    const wrong = () => bench.client.run(Unseal, { itemHandle: byPassword(item, Uint8Array.of(9)) }, {})
    for (let tries = 0; tries < 3; tries++) await refused(atSession(RC.authFail, 0), wrong())
    bench.nowMs += 999_999
    await refused(RC.lockout, wrong())
    bench.nowMs += 1
    await refused(atSession(RC.authFail, 0), wrong())
    await refused(RC.lockout, wrong())
    bench.nowMs += 3_000_000
    expect((await bench.client.run(Unseal, { itemHandle: byPassword(item, password) }, {})).outData).to.deep.equal(
      secret,
    )
  })
  it('locks the lockout hierarchy at the first wrong authValue, for a time or until the next start', async () => {
    const bench = await Bench.started()
    const lockout = (authValue: Uint8Array, lockoutRecovery: number) =>
      bench.client.run(
        DictionaryAttackParameters,
        { lockHandle: byPassword(named(RH.lockout), authValue) },
        { newMaxTries: 3, newRecoveryTime: 1000, lockoutRecovery },
      )
    await refused(atSession(RC.authFail, 0), lockout(password, 0))
    await refused(RC.lockout, lockout(empty, 0))
    bench.nowMs += 1_000_000
    await lockout(empty, 0)
    await refused(atSession(RC.authFail, 0), lockout(password, 0))
    bench.nowMs += 1_000_000_000
    await refused(RC.lockout, lockout(empty, 0))
    await bench.reset()
    await lockout(empty, 0)
  })
  for (const [name, shutdown, startup] of [
    ['a loss of power', undefined, SU.clear],
    ['a Reset', SU.clear, SU.clear],
    ['a Restart', SU.state, SU.clear],
    ['a Resume', SU.state, SU.state],
  ] as const) {
    /** Off for a day, then on again. */
    const cycle = async (bench: Bench): Promise<void> => {
      if (shutdown !== undefined) await bench.client.run(Shutdown, {}, { shutdownType: shutdown })
      bench.tpm.powerOff()
      bench.nowMs += 86_400_000
      bench.tpm.powerOn()
      await bench.startup(startup)
    }

    it(`waits anew after ${name}: only powered time counts`, async () => {
      const bench = await Bench.started()
      let item = await sealed(bench, { noDA: false })
      const guess = () => bench.client.run(Unseal, { itemHandle: byPassword(item, Uint8Array.of(9)) }, {})
      for (let tries = 0; tries < 3; tries++) await refused(atSession(RC.authFail, 0), guess())
      bench.nowMs += 999_999
      await cycle(bench)
      item = await sealed(bench, { noDA: false })
      bench.nowMs += 999_999
      await refused(RC.lockout, guess())
      bench.nowMs += 1
      await refused(atSession(RC.authFail, 0), guess())
      await refused(RC.lockout, guess())
    })

    it(`keeps the lockout hierarchy locked over ${name}, unless that is what ends it`, async () => {
      const bench = await Bench.started()
      const lockout = (authValue: Uint8Array, lockoutRecovery: number) =>
        bench.client.run(
          DictionaryAttackParameters,
          { lockHandle: byPassword(named(RH.lockout), authValue) },
          { newMaxTries: 3, newRecoveryTime: 1000, lockoutRecovery },
        )
      await refused(atSession(RC.authFail, 0), lockout(password, 1000))
      await cycle(bench)
      await refused(RC.lockout, lockout(empty, 1000))
      bench.nowMs += 1_000_000
      await lockout(empty, 0)
      await refused(atSession(RC.authFail, 0), lockout(password, 0))
      await cycle(bench)
      await lockout(empty, 0)
    })
  }

  it('counts nothing where failures are forgotten at once', async () => {
    const bench = await Bench.started()
    const lockHandle = byPassword(named(RH.lockout))
    const parameters = { newMaxTries: 3, newRecoveryTime: 0, lockoutRecovery: 1000 }
    await bench.client.run(DictionaryAttackParameters, { lockHandle }, parameters)
    const item = await sealed(bench, { noDA: false })
    const guess = () => bench.client.run(Unseal, { itemHandle: byPassword(item, Uint8Array.of(9)) }, {})
    for (let tries = 0; tries < 5; tries++) await refused(atSession(RC.authFail, 0), guess())
  })

  it('ends with DictionaryAttackLockReset', async () => {
    const bench = await Bench.started()
    const item = await sealed(bench, { noDA: false })
    const open = (authValue: Uint8Array) => bench.client.run(Unseal, { itemHandle: byPassword(item, authValue) }, {})
    for (let tries = 0; tries < 3; tries++) await refused(atSession(RC.authFail, 0), open(Uint8Array.of(9)))
    await bench.client.run(DictionaryAttackLockReset, { lockHandle: byPassword(named(RH.lockout)) }, {})
    await open(password)
  })
})
