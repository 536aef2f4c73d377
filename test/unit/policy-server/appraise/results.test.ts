import { expect } from 'chai'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose'
import { stringify } from 'uuid'
import { learn, retireResultKeys } from '../../../../policy-server/appraise/index.ts'
import { statusOf, trustVector } from '../../../../policy-server/appraise/results/claims.ts'
import { ResultKeys } from '../../../../policy-server/appraise/results/signing-keys.ts'
import type { Reason } from '../../../../policy-server/appraise/reasons.ts'
import { FakeMachine } from '../../../fakes/fake-machine.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

const audience = 'https://vault.example.com:8200'
const asked = { audience, nonce: '' }
const day = 86_400_000

describe('attestation results', () => {
  let server: FakePolicyServer
  let machine: FakeMachine
  let released: number

  /** Verifies as somebody who knows nothing but the key set and the issuer. */
  const verified = async (token: string, keys?: object) => {
    const set = keys ?? (await server.gates.results.keySet())
    const options = { issuer: 'https://127.0.0.1:21002', audience, typ: 'eat+jwt', algorithms: ['ES256'] }
    const currentDate = new Date(server.parts.clock())
    return (await jwtVerify(token, createLocalJWKSet(set as JSONWebKeySet), { ...options, currentDate })).payload
  }
  const ofMachine = () => server.gates.results.ofMachine(machine.peer, asked)
  const ofDecision = (number = released) => server.gates.results.ofDecision(number, asked, 'ann')
  const newest = async (): Promise<number> => (await server.decisions()).length

  beforeEach(async () => {
    server = await FakePolicyServer.start()
    machine = new FakeMachine(server)
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    await machine.release(await machine.powerOn()).catch(() => undefined)
    await server.apply((await server.parts.store.transact((tx) => learn(tx, 'web', ''))).document)
    await machine.release(await machine.powerOn())
    released = await newest()
  })
  afterEach(() => server.stop())

  it('say in EAT words who booted what, by which policy', async () => {
    const { token, expiresUnixMs } = await ofDecision()
    const claims = await verified(token)
    const { kid } = decodeProtectedHeader(token)
    expect((await server.gates.results.keySet()).keys.map((key) => key.kid)).to.include(kid)
    expect(claims).to.deep.include({
      eat_profile: 'tag:github.com,2023:veraison/ear',
      sub: stringify(machine.machineId),
      ueid: Buffer.of(1, ...machine.machineId).toString('base64url'),
      'ear.verifier-id': { developer: 'Bootlatch', build: '0.0.0' },
      submods: {
        boot: {
          'ear.status': 'warning',
          'ear.trustworthiness-vector': { 'instance-identity': 2, configuration: 2, executables: 32 },
          'ear.appraisal-policy-id': 'web/1',
        },
      },
    })
    expect(claims['bootlatch']).to.deep.include({
      machine: 'web',
      group: 'default',
      tier: 'T0',
      decision: released,
      policy: { name: 'web', version: 1 },
      references: {},
    })
    expect(claims.jti).to.match(new RegExp(`^${released}\\.[\\w-]{16}$`))
    expect(expiresUnixMs).to.equal(claims.exp! * 1000)
    expect(claims.exp! - claims.iat!).to.equal(600)
    expect(claims).to.not.have.property('eat_nonce')
  })

  it('carry the nonce of whoever asks, and no two have one id', async () => {
    const nonce = 'AAECAwQFBgc'
    const one = decodeJwt((await server.gates.results.ofMachine(machine.peer, { audience, nonce })).token)
    expect(one['eat_nonce']).to.equal(nonce)
    expect(decodeJwt((await ofMachine()).token).jti).to.not.equal(one.jti)
  })

  it('are worth nothing to another audience, and nothing when they are old', async () => {
    const { token } = await ofMachine()
    const keys = createLocalJWKSet((await server.gates.results.keySet()) as JSONWebKeySet)
    const other = jwtVerify(token, keys, { audience: 'ci' }).then(String, String)
    expect(await other).to.contain('"aud"')
    server.passTime(11 * 60_000)
    expect(await verified(token).then(String, String)).to.contain('"exp"')
  })

  it('are on record where an operator asks', async () => {
    await ofDecision()
    const actions = await server.parts.store.transact((tx) => tx.selectFrom('operatorActions').selectAll().execute())
    expect(actions.at(-1)).to.include({
      action: 'attestation-token',
      operator: 'ann',
      reason: `decision ${released}, for ${audience}`,
    })
  })

  it('are not for a copy of the machine that asks from elsewhere, and leave the machine what it has', async () => {
    const copy = machine.copy()
    copy.address = '203.0.113.9'
    expect(await failureCode(server.gates.results.ofMachine(copy.peer, asked))).to.equal('boot/refused')
    await verified((await ofMachine()).token)
  })

  it('are for the address that started where the policy names no network', async () => {
    const learnt = (await server.parts.store.transact((tx) => learn(tx, 'web', ''))).document
    await server.apply(learnt.replace(/ {2}networks: .*/, '  approval: everyBoot'))
    const copy = machine.copy()
    copy.address = '203.0.113.9'
    expect(await failureCode(server.gates.results.ofMachine(copy.peer, asked))).to.equal('boot/refused')
    await verified((await ofMachine()).token)
  })

  const endings: readonly { readonly name: string; readonly end: () => Promise<unknown> }[] = [
    { name: 'the machine is locked', end: () => server.lock('web') },
    { name: 'the machine is removed', end: () => server.remove('web') },
    { name: 'the machine has started again', end: () => machine.powerOn() },
    {
      name: 'a later boot of the machine was refused',
      end: async () => {
        const bootId = await machine.powerOn()
        await machine.release(bootId, { clockInfo: { resetCount: 0 } }).catch(() => undefined)
      },
    },
    {
      name: 'a copy of the machine has asked from elsewhere',
      end: async () => {
        const copy = machine.copy()
        copy.address = '203.0.113.9'
        await copy.powerOn().catch(() => undefined)
      },
    },
    {
      name: 'a copy of the machine is held as a fork',
      end: async () => {
        const copy = machine.copy()
        await machine.powerOn()
        await machine.release(await machine.powerOn())
        released = await newest()
        const { events } = copy.ask()
        await events.next()
        await events.return(undefined)
      },
    },
  ]
  for (const { name, end } of endings) {
    it(`are given no more once ${name}`, async () => {
      await end()
      expect(await failureCode(ofMachine())).to.be.oneOf(['boot/refused', 'identity/unknown'])
      expect(await failureCode(ofDecision())).to.equal('attestation/not-accepted')
    })
  }

  it('are not given of an admission, a refusal, or a decision that there is not', async () => {
    expect(await failureCode(ofDecision(released - 1))).to.equal('attestation/not-accepted')
    await machine.release(await machine.powerOn(), { clockInfo: { resetCount: 0 } }).catch(() => undefined)
    expect(await failureCode(ofDecision(await newest()))).to.equal('attestation/not-accepted')
    expect(await failureCode(ofDecision(999))).to.equal('decision/unknown')
  })

  it('are given again once the machine has booted well', async () => {
    await machine.release(await machine.powerOn(), { clockInfo: { resetCount: 0 } }).catch(() => undefined)
    await machine.release(await machine.powerOn())
    await verified((await ofMachine()).token)
  })

  it('are not given to a key that the machine no longer has', async () => {
    const stranger = { ...machine.peer, spkiSha256: new Uint8Array(32) }
    expect(await failureCode(server.gates.results.ofMachine(stranger, asked))).to.equal('identity/unknown')
  })

  describe('keys', () => {
    it('are the same for all servers over one store, whoever made them', async () => {
      const { store, vault, clock } = server.parts
      const servers = [1, 2, 3].map(() => new ResultKeys(store, vault))
      const sets = await Promise.all(servers.map((each) => each.verifying(clock())))
      for (const set of sets) expect(set).to.deep.equal(sets[0])
    })

    it('are known to others before they sign, and as long as something they signed counts', async () => {
      const before = await server.gates.results.keySet()
      const { token: old } = await ofMachine()
      server.passTime(30 * day - (server.parts.clock() % (30 * day)))
      const { token } = await ofMachine()
      expect(decodeProtectedHeader(token).kid).to.not.equal(decodeProtectedHeader(old).kid)
      await verified(token, before)
      const kids = (await server.gates.results.keySet()).keys.map(({ kid }) => kid)
      expect(kids).to.include(decodeProtectedHeader(old).kid).and.to.have.lengthOf(3)
      server.passTime(61 * 60_000)
      const later = (await server.gates.results.keySet()).keys.map(({ kid }) => kid)
      expect(later).to.not.include(decodeProtectedHeader(old).kid)
    })

    it('are removed when nothing is verified by them any more', async () => {
      const count = async () =>
        (await server.parts.store.transact((tx) => tx.selectFrom('serverSecrets').selectAll().execute())).length
      for (let period = 0; period < 4; period++) {
        await server.gates.results.keySet()
        server.passTime(30 * day)
      }
      expect(await count()).to.be.at.most(5)
    })

    it('are all replaced where somebody retires them, beside a server that runs, and on record', async () => {
      const kidsOf = async () => (await server.gates.results.keySet()).keys.map(({ kid }) => kid)
      const before = await kidsOf()
      const { token } = await ofMachine()
      const { store, clock } = server.parts
      expect(await retireResultKeys(store, { unixMs: clock(), reason: 'a copy was found' })).to.equal(before.length)
      const after = await kidsOf()
      expect(before).to.include(decodeProtectedHeader(token).kid)
      expect(after.filter((kid) => before.includes(kid))).to.deep.equal([])
      expect(after).to.have.lengthOf(before.length)
      await verified((await ofMachine()).token)
      const [record] = await store.transact((tx) => tx.selectFrom('retiredResultKeys').selectAll().execute())
      expect(record).to.deep.include({ reason: 'a copy was found', keys: before.length, retiredUnixMs: clock() })
    })

    it('are public', async () => {
      for (const key of (await server.gates.results.keySet()).keys) {
        expect(key).to.have.all.keys('kty', 'crv', 'x', 'y', 'kid', 'alg', 'use')
      }
    })
  })
})

describe('the trustworthiness vector', () => {
  const passed = (code: Reason['code'], rule = '', source = ''): Reason => ({
    code,
    passed: true,
    rule,
    fact: '',
    wanted: '',
    source,
  })
  const image = passed('component/digest', 'release.components.loader', 'firmware log, event 9, PCR 4 (PCR 4, image 1)')
  const elsewhere = 'firmware log, event 9, PCR 12 (PCR 12, event 1 of that PCR)'
  const rows: readonly { name: string; reasons: readonly Reason[]; tier?: 'T0' | 'T1'; vector: object }[] = [
    { name: 'knows the machine, whatever was asked', reasons: [], vector: { 'instance-identity': 2 } },
    {
      name: 'vouches for what ran where components were judged',
      reasons: [image],
      vector: { 'instance-identity': 2, executables: 3 },
    },
    {
      name: 'says nothing of what ran where components of other PCRs were judged, or one that a group names',
      reasons: [
        passed('component/digest', 'release.components.line', elsewhere),
        { ...image, rule: 'Group web: require.release.components.loader' },
      ],
      vector: { 'instance-identity': 2 },
    },
    {
      name: 'vouches for what ran where its signers were judged',
      reasons: [passed('secure-boot/authority'), passed('secure-boot/enabled')],
      vector: { 'instance-identity': 2, executables: 3, configuration: 2 },
    },
    {
      name: 'goes by the PCRs whose values were judged',
      reasons: [passed('pcr/value', 'release.pcrs.4'), passed('pcr/value', 'release.pcrs.7')],
      vector: { 'instance-identity': 2, executables: 3, configuration: 2 },
    },
    {
      name: 'says nothing of other PCRs',
      reasons: [passed('pcr/value', 'release.pcrs.5')],
      vector: { 'instance-identity': 2 },
    },
    {
      name: 'does not vouch for a machine that measures itself',
      reasons: [image],
      tier: 'T0',
      vector: { 'instance-identity': 2, executables: 32 },
    },
    {
      name: 'takes no word from a rule that failed',
      reasons: [{ ...image, passed: false }],
      vector: { 'instance-identity': 2 },
    },
  ]
  for (const { name, reasons, tier = 'T1', vector } of rows)
    it(name, () => {
      expect(trustVector(reasons, tier)).to.deep.equal(vector)
    })

  it('is worth no more than the least of it', () => {
    expect(statusOf({})).to.equal('none')
    expect(statusOf({ 'instance-identity': 2, executables: 3 })).to.equal('affirming')
    expect(statusOf({ 'instance-identity': 2, executables: 32 })).to.equal('warning')
    expect(statusOf({ 'instance-identity': 96, executables: 3 })).to.equal('contraindicated')
  })
})
