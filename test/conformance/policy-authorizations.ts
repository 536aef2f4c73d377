import { expect } from 'chai'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { concat } from '../../core/bytes/index.ts'
import {
  ALG,
  atHandle,
  atParameter,
  type AuthSession,
  authorizeNvStep,
  authorizeStep,
  encode,
  FlushContext,
  handleName,
  i32,
  named,
  NT,
  NV_DefineSpace,
  NV_ReadPublic,
  NV_Write,
  type Parameters,
  passwordSession,
  PolicyAuthorize,
  PolicyAuthorizeNV,
  policyDigest,
  PolicyGetDigest,
  PolicySecret,
  PolicySigned,
  type PolicyStep,
  PolicyTicket,
  RC,
  RH,
  secretStep,
  signedStep,
  ST,
  startSession,
  taggedDigest,
  type Ticket,
  TPMA_NV,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { hmacKey, loadExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const empty = new Uint8Array(0)
const owner = { handle: RH.owner, name: handleName(RH.owner), auth: passwordSession() }
const secret = new TextEncoder().encode('a secret that two share')
const some = new Uint8Array(32).fill(7)
const reference = new TextEncoder().encode('reference')
const zeros = new Uint8Array(32)
type Limits = Parameters<typeof PolicySecret>
const noLimits: Limits = { nonceTPM: empty, cpHashA: empty, policyRef: empty, expiration: 0 }

/** What whoever has the key answers to a request for authorization (Part 3, 23.3). */
export function signAuthorization(limits: Limits): Parameters<typeof PolicySigned> {
  const { nonceTPM, cpHashA, policyRef, expiration } = limits
  const parts = concat(nonceTPM, encode(i32, expiration), cpHashA, policyRef)
  const authHash = createHash('sha256').update(parts).digest()
  const mac = new Uint8Array(createHmac('sha256', secret).update(authHash).digest())
  return { ...limits, auth: { sigAlg: ALG.hmac, hmac: taggedDigest(ALG.sha256, mac) } }
}

export const sharedKey = hmacKey(secret)

/** Part 3, 23: authorizations by keys, secrets, tickets and approvals, as far as several TPMs can get the same bytes. */
export function policyAuthorizations(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let key: { readonly handle: number; readonly name: Uint8Array }
  let nextIndex = 0x01520000

  before(async () => {
    bench = await start()
    client = bench.client
    key = await loadExternal(client, sharedKey)
  })

  after(() => {
    bench.close()
  })

  async function within<T>(type: 'policy' | 'trial', run: (session: AuthSession) => Promise<T>): Promise<T> {
    bench.exact(false)
    const session = await startSession(client, { type, random, hash: ALG.sha256 })
    bench.exact(true)
    try {
      return await run(session)
    } finally {
      bench.exact(true)
      await codeOf(client.run(FlushContext, {}, { flushHandle: session.handle }))
    }
  }

  async function expectPolicy(session: AuthSession, ...steps: readonly PolicyStep[]): Promise<void> {
    const actual = await client.run(PolicyGetDigest, { policySession: named(session.handle) }, {})
    expect(actual.policyDigest).to.deep.equal(policyDigest(ALG.sha256, ...steps))
  }
  const signed = (session: AuthSession, parameters: Parameters<typeof PolicySigned>) =>
    client.run(PolicySigned, { authObject: key, policySession: named(session.handle) }, parameters)
  const bySecret = (session: AuthSession, limits: Partial<Limits>) =>
    client.run(PolicySecret, { authHandle: owner, policySession: named(session.handle) }, { ...noLimits, ...limits })

  const limits: readonly (readonly [string, Partial<Limits>, number?])[] = [
    ['no limit', {}],
    ['a command', { cpHashA: some }],
    ['a reference', { policyRef: reference }],
    ['a time', { expiration: 60 }],
    ['a time, with a ticket', { expiration: -60 }],
    ['another session', { nonceTPM: some }, atParameter(RC.nonce, 0)],
    ['a command of another hash', { cpHashA: some.slice(1) }, atParameter(RC.size, 1)],
  ]
  for (const [name, limit, refusal = RC.success] of limits) {
    const all = { ...noLimits, ...limit }
    const isTimed = all.expiration !== 0
    it(`${refusal === RC.success ? 'takes' : 'refuses'} a signature for ${name}`, async () => {
      await within('policy', async (session) => {
        bench.exact(!isTimed)
        expect(await codeOf(signed(session, signAuthorization(all)))).to.equal(refusal)
        bench.exact(true)
        if (refusal === RC.success) await expectPolicy(session, signedStep(key.name, all.policyRef))
      })
    })
    it(`${refusal === RC.success ? 'takes' : 'refuses'} a secret for ${name}`, async () => {
      await within('policy', async (session) => {
        bench.exact(!isTimed)
        expect(await codeOf(bySecret(session, all))).to.equal(refusal)
        bench.exact(true)
        if (refusal === RC.success) await expectPolicy(session, secretStep(owner.name, all.policyRef))
      })
    })
  }

  it('refuses two commands at once', async () => {
    await within('policy', async (session) => {
      await bySecret(session, { cpHashA: some })
      const other = signAuthorization({ ...noLimits, cpHashA: zeros })
      expect(await codeOf(signed(session, other))).to.equal(RC.cpHash)
    })
  })

  it('refuses a signature over something else', async () => {
    await within('policy', async (session) => {
      const altered = { ...signAuthorization(noLimits), policyRef: reference }
      expect(await codeOf(signed(session, altered))).to.equal(atParameter(RC.signature, 4))
      const none = { ...signAuthorization(noLimits), auth: { sigAlg: ALG.null } as const }
      expect(await codeOf(signed(session, none))).to.not.equal(RC.success)
    })
  })

  it('a trial session asks for no signature', async () => {
    await within('trial', async (session) => {
      await signed(session, { ...signAuthorization(noLimits), policyRef: reference, nonceTPM: some, expiration: -1 })
      await expectPolicy(session, signedStep(key.name, reference))
    })
  })

  const ticket: Ticket = { tag: ST.authSecret, hierarchy: RH.owner, digest: new Uint8Array(64) }
  const forged = { timeout: new Uint8Array(8).fill(0x11), cpHashA: empty, policyRef: empty, authName: some, ticket }
  const tickets: readonly (readonly [string, Partial<typeof forged>, number])[] = [
    ['a forged ticket', {}, atParameter(RC.ticket, 4)],
    ['an empty ticket', { ticket: { ...ticket, hierarchy: RH.null, digest: empty } }, atParameter(RC.ticket, 4)],
    ['a ticket of another kind', { ticket: { ...ticket, tag: ST.verified } }, atParameter(RC.tag, 4)],
    ['a timeout of another size', { timeout: new Uint8Array(7) }, atParameter(RC.size, 0)],
    ['a ticket that expired', { timeout: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1) }, atParameter(RC.expired, 0)],
    ['a ticket for a command of another hash', { cpHashA: some.slice(1) }, atParameter(RC.size, 1)],
  ]
  for (const [name, change, expected] of tickets) {
    it(`refuses ${name}`, async () => {
      await within('policy', async (session) => {
        const run = client.run(PolicyTicket, { policySession: named(session.handle) }, { ...forged, ...change })
        expect(await codeOf(run)).to.equal(expected)
      })
    })
  }
  it('refuses a ticket in a trial session', async () => {
    await within('trial', async (session) => {
      const run = client.run(PolicyTicket, { policySession: named(session.handle) }, forged)
      expect(await codeOf(run)).to.equal(atHandle(RC.attributes, 0))
    })
  })

  const keySign = concat(Uint8Array.of(0, ALG.sha256), some)
  const unproven: Ticket = { tag: ST.verified, hierarchy: RH.owner, digest: new Uint8Array(64) }
  const approval = { approvedPolicy: zeros, policyRef: reference, keySign, checkTicket: unproven }
  const approvals: readonly (readonly [string, Partial<typeof approval>, number])[] = [
    ['an approval without proof', {}, atParameter(RC.value, 3)],
    [
      'an approval with an empty ticket',
      { checkTicket: { ...unproven, hierarchy: RH.null, digest: empty } },
      atParameter(RC.value, 3),
    ],
    ['an approval of another policy', { approvedPolicy: some }, atParameter(RC.value, 0)],
    ['an approval by no key', { keySign: concat(Uint8Array.of(0, 0x12), some) }, atParameter(RC.hash, 2)],
    ['an approval by half a key', { keySign: keySign.slice(0, 20) }, atParameter(RC.size, 2)],
  ]
  for (const [name, change, expected] of approvals) {
    it(`refuses ${name}`, async () => {
      await within('policy', async (session) => {
        const run = client.run(PolicyAuthorize, { policySession: named(session.handle) }, { ...approval, ...change })
        expect(await codeOf(run)).to.equal(expected)
      })
    })
  }
  it('a trial session asks for no proof of an approval', async () => {
    await within('trial', async (session) => {
      await client.run(PolicyAuthorize, { policySession: named(session.handle) }, { ...approval, approvedPolicy: some })
      await expectPolicy(session, authorizeStep(keySign, reference))
    })
  })

  async function indexWith(contents: Uint8Array | undefined) {
    nextIndex += 1
    const nvIndex = { handle: nextIndex, name: empty }
    const attributes = { ...TPMA_NV.of('ownerRead', 'ownerWrite', 'noDA'), nt: NT.ordinary }
    const publicInfo = { nvIndex: nextIndex, nameAlg: ALG.sha256, attributes, authPolicy: empty, dataSize: 40 }
    await client.run(NV_DefineSpace, { authHandle: owner }, { auth: empty, publicInfo })
    const known = async () => ({ ...nvIndex, name: (await client.run(NV_ReadPublic, { nvIndex }, {})).nvName })
    if (contents !== undefined)
      await client.run(NV_Write, { authHandle: owner, nvIndex: await known() }, { data: contents, offset: 0 })
    return known()
  }
  const held: readonly (readonly [string, Uint8Array | undefined, number])[] = [
    ['the policy so far', concat(Uint8Array.of(0, ALG.sha256), zeros), RC.success],
    ['another policy', concat(Uint8Array.of(0, ALG.sha256), some), RC.value],
    ['a policy of another hash', concat(Uint8Array.of(0, ALG.sha1), zeros), RC.hash],
    ['no policy', concat(Uint8Array.of(0, 0x12), zeros), RC.hash],
    ['nothing', undefined, RC.nvUninitialized],
  ]
  for (const [name, contents, expected] of held) {
    it(`${expected === RC.success ? 'takes' : 'refuses'} an index that holds ${name}`, async () => {
      const nvIndex = await indexWith(contents)
      await within('policy', async (session) => {
        const handles = { authHandle: owner, nvIndex, policySession: named(session.handle) }
        expect(await codeOf(client.run(PolicyAuthorizeNV, handles, {}))).to.equal(expected)
        if (expected === RC.success) await expectPolicy(session, authorizeNvStep(nvIndex.name))
      })
    })
  }
}
