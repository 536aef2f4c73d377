import { expect } from 'chai'
import { generateKeyPairSync, sign } from 'node:crypto'
import { concat } from '../../../../../core/bytes/index.ts'
import {
  ALG,
  atParameter,
  authorizeStep,
  type AuthSession,
  digest,
  LoadExternal,
  named,
  passwordSession,
  PolicyAuthorize,
  policyDigest,
  PolicyGetDigest,
  PolicySecret,
  PolicySigned,
  PolicyTicket,
  RC,
  RH,
  secretStep,
  signedStep,
  startSession,
  type TPMT_PUBLIC,
  VerifySignature,
} from '../../../../../core/tpm/index.ts'
import { eccKey, loadExternal } from '../../../../conformance/external-keys.ts'
import { policyAuthorizations, sharedKey, signAuthorization } from '../../../../conformance/policy-authorizations.ts'
import { aloneOnBench, codeOf } from '../../../../conformance/tpm-bench.ts'
import { Bench, empty, random } from '../bench.ts'

const owner = { ...named(RH.owner), auth: passwordSession() }
const some = new Uint8Array(32).fill(7)

describe('policy authorizations', () => {
  policyAuthorizations(aloneOnBench)
})

describe('policy tickets', () => {
  let bench: Bench
  let session: AuthSession
  let policySession: ReturnType<typeof named>

  beforeEach(async () => {
    bench = await Bench.started()
    session = await newSession()
    policySession = named(session.handle)
  })

  const newSession = () => startSession(bench.client, { type: 'policy', random, hash: ALG.sha256 })
  const policyOf = async (of: AuthSession) =>
    (await bench.client.run(PolicyGetDigest, { policySession: named(of.handle) }, {})).policyDigest

  async function ticketBySecret(expiration: number, nonceTPM: Uint8Array = empty) {
    const limits = { nonceTPM, cpHashA: some, policyRef: some, expiration }
    const { timeout, policyTicket } = await bench.client.run(PolicySecret, { authHandle: owner, policySession }, limits)
    return { timeout, cpHashA: some, policyRef: some, authName: owner.name, ticket: policyTicket }
  }

  it('a ticket stands for the secret in another session', async () => {
    const ticket = await ticketBySecret(-60, session.nonceTPM)
    const other = await newSession()
    await bench.client.run(PolicyTicket, { policySession: named(other.handle) }, ticket)
    expect(await policyOf(other)).to.deep.equal(policyDigest(ALG.sha256, secretStep(owner.name, some)))
  })

  it('a ticket stands for a signature', async () => {
    const key = await loadExternal(bench.client, sharedKey)
    const limits = signAuthorization({ nonceTPM: session.nonceTPM, cpHashA: empty, policyRef: some, expiration: -60 })
    const { timeout, policyTicket } = await bench.client.run(PolicySigned, { authObject: key, policySession }, limits)
    const other = await newSession()
    const ticket = { timeout, cpHashA: empty, policyRef: some, authName: key.name, ticket: policyTicket }
    await bench.client.run(PolicyTicket, { policySession: named(other.handle) }, ticket)
    expect(await policyOf(other)).to.deep.equal(policyDigest(ALG.sha256, signedStep(key.name, some)))
  })

  it('no ticket is made for a positive expiration', async () => {
    const { timeout, ticket } = await ticketBySecret(60)
    expect(timeout).to.deep.equal(empty)
    expect(ticket.hierarchy).to.equal(RH.null)
  })

  it('refuses a ticket whose parts were changed', async () => {
    const ticket = await ticketBySecret(-60)
    const changes: readonly Partial<typeof ticket>[] = [
      { cpHashA: empty },
      { policyRef: empty },
      { authName: named(RH.platform).name },
      { timeout: ticket.timeout.map((byte, at) => (at === 0 ? 1 : byte)) },
      { ticket: { ...ticket.ticket, hierarchy: RH.endorsement } },
    ]
    for (const change of changes) {
      const run = bench.client.run(PolicyTicket, { policySession }, { ...ticket, ...change })
      expect(await codeOf(run)).to.equal(atParameter(RC.ticket, 4))
    }
  })

  it('refuses a ticket after its time', async () => {
    const ticket = await ticketBySecret(-60)
    bench.nowMs += 61_000
    const run = bench.client.run(PolicyTicket, { policySession }, ticket)
    expect(await codeOf(run)).to.equal(atParameter(RC.expired, 0))
  })

  it('without a nonce an expiration is a time of the TPM, with it one of the session', async () => {
    bench.nowMs += 30_000
    expect(await codeOf(ticketBySecret(20))).to.equal(atParameter(RC.expired, 3))
    const later = await newSession()
    const limits = { nonceTPM: later.nonceTPM, cpHashA: empty, policyRef: empty, expiration: 20 }
    const handles = { authHandle: owner, policySession: named(later.handle) }
    expect(await codeOf(bench.client.run(PolicySecret, handles, limits))).to.equal(RC.success)
  })

  it('PolicyAuthorize takes what VerifySignature proved, and nothing else', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const { x, y } = publicKey.export({ format: 'jwk' })
    const unique = { x: new Uint8Array(Buffer.from(x!, 'base64url')), y: new Uint8Array(Buffer.from(y!, 'base64url')) }
    const inPublic = { ...eccKey().publicArea, unique } as TPMT_PUBLIC
    const load = { inPrivate: undefined, inPublic, hierarchy: RH.owner }
    const { handle, name } = await bench.client.run(LoadExternal, {}, load)
    const approvedPolicy = await policyOf(session)
    const signed = sign('sha256', concat(approvedPolicy, some), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const signature = {
      sigAlg: ALG.ecdsa,
      hash: ALG.sha256,
      signatureR: new Uint8Array(signed.subarray(0, 32)),
      signatureS: new Uint8Array(signed.subarray(32)),
    } as const
    const approved = digest(ALG.sha256, approvedPolicy, some)
    const keyHandle = { handle, name }
    const { validation } = await bench.client.run(VerifySignature, { keyHandle }, { digest: approved, signature })
    const approval = { approvedPolicy, policyRef: some, keySign: name, checkTicket: validation }

    const other = bench.client.run(PolicyAuthorize, { policySession }, { ...approval, policyRef: empty })
    expect(await codeOf(other)).to.equal(atParameter(RC.value, 3))
    await bench.client.run(PolicyAuthorize, { policySession }, approval)
    expect(await policyOf(session)).to.deep.equal(policyDigest(ALG.sha256, authorizeStep(name, some)))
  })
})
