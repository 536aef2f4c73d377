import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { WireError } from '../../../../core/bytes/index.ts'
import { encodeBeginCore, encodeProveCore } from '../../../../core/evidence/index.ts'
import { akTemplate, decode, encode, TPMT_PUBLIC } from '../../../../core/tpm/index.ts'
import { begin, prove } from '../../../../policy-server/appraise/index.ts'
import { FakeMachine } from '../../../fakes/fake-machine.ts'
import { FakeTpm } from '../../../fakes/fake-tpm.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

const dayMs = 24 * 60 * 60 * 1000

describe('enrolment', () => {
  let server: FakePolicyServer
  let machine: FakeMachine
  let token: string
  beforeEach(async () => {
    server = await FakePolicyServer.start()
    machine = new FakeMachine(server)
    token = await server.invite('web')
  })
  afterEach(() => server.stop())

  it('refuses a token that another server made', async () => {
    const other = await FakePolicyServer.start()
    expect(await failureCode(machine.enrol(await other.invite('web')))).to.equal('join/refused')
    await other.stop()
  })

  it('refuses a token after its day', async () => {
    server.passTime(dayMs)
    expect(await failureCode(machine.begin(token))).to.equal('join/refused')
  })

  it('refuses a token that was spent on another machine key', async () => {
    await machine.begin(token)
    expect(await failureCode(new FakeMachine(server).begin(token))).to.equal('join/refused')
  })

  it('refuses a machine key that is enrolled already', async () => {
    await machine.enrol(token)
    expect(await failureCode(machine.begin(await server.invite('db')))).to.equal('join/refused')
  })

  it('refuses a second invitation to a name in use', async () => {
    await machine.enrol(token)
    expect(await failureCode(server.invite('web'))).to.equal('machine/name-taken')
  })

  it('refuses the second of two tokens for one name', async () => {
    const second = await server.invite('web')
    await machine.begin(token)
    expect(await failureCode(new FakeMachine(server).begin(second))).to.equal('join/refused')
  })

  it('begins anew with the same key: the same machine, another state key, pending again', async () => {
    const first = await machine.begin(token)
    const firstKey = machine.stateKey
    const second = await machine.begin(token)
    expect(second.machineId).to.deep.equal(first.machineId)
    expect(second.enrolmentId).not.to.deep.equal(first.enrolmentId)
    expect(machine.stateKey).not.to.deep.equal(firstKey)

    await machine.enrol(token)
    await server.accept('web')
    machine.replaceTpm()
    await machine.enrol(token)
    expect(await server.stateOf('web')).to.equal('pending')
  })

  it('accepts only the machine that a person compared', async () => {
    await machine.enrol(token)
    const akName = await server.akNameOf('web')
    machine.replaceTpm()
    await machine.enrol(token)
    expect(await failureCode(server.accept('web', 0, akName))).to.equal('machine/identity-changed')
    expect(await server.stateOf('web')).to.equal('pending')
    await server.accept('web', 0, await server.akNameOf('web'))
    expect(await server.stateOf('web')).to.equal('accepted')
  })

  it('refuses to begin anew once the machine has started', async () => {
    await machine.enrol(token)
    await server.accept('web')
    await machine.powerOn()
    expect(await failureCode(machine.begin(token))).to.equal('join/refused')
  })

  it('refuses the former run of an enrolment that was begun anew', async () => {
    const { enrolmentId } = await machine.begin(token)
    await machine.begin(token)
    expect(await failureCode(machine.prove(enrolmentId))).to.equal('join/out-of-order')
  })

  it('refuses a run that took more than an hour', async () => {
    const { enrolmentId } = await machine.begin(token)
    server.passTime(dayMs / 24 + 1)
    expect(await failureCode(machine.prove(enrolmentId))).to.equal('join/out-of-order')
  })

  it('refuses a machine key that is no P-256 key', async () => {
    const { parts, gates } = server
    const keyed = (machineKeySpki: Uint8Array) => {
      const oneTimePublicKey = machine.prepareKey().publicPoint
      const core = encodeBeginCore({ token, machineKeySpki, oneTimePublicKey, hostName: 'vm' })
      return begin(parts, gates.groupKeys, { core, signature: new Uint8Array(64) })
    }
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
    const p384 = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
    expect(await failureCode(keyed(p384))).to.equal('join/refused')
    expect(await failureCode(keyed(Uint8Array.of(0x30, 0)))).to.equal('join/refused')
  })

  it('refuses a step that another key signed', async () => {
    const { enrolmentId } = await machine.begin(token)
    const { parts, gates } = server
    const forged = new FakeMachine(server).signed('prove', machine.proveCore(enrolmentId))
    expect(await failureCode(prove(parts, gates.groupKeys, forged))).to.equal('join/refused')
    const otherStep = machine.signed('complete', machine.proveCore(enrolmentId))
    expect(await failureCode(prove(parts, gates.groupKeys, otherStep))).to.equal('join/refused')
  })

  it('answers a step asked again with the same', async () => {
    const { enrolmentId } = await machine.begin(token)
    const challenges = await machine.prove(enrolmentId)
    expect(await machine.prove(enrolmentId)).to.deep.equal(challenges)
    const core = machine.completeCore(enrolmentId, machine.activate(challenges))
    const completed = await machine.complete(core)
    expect(await machine.complete(core)).to.deep.equal(completed)
    server.passTime(dayMs)
    expect(await machine.complete(core)).to.deep.equal(completed)
  })

  it('refuses another completion of a complete enrolment', async () => {
    const { enrolmentId } = await machine.begin(token)
    const secrets = machine.activate(await machine.prove(enrolmentId))
    await machine.complete(machine.completeCore(enrolmentId, secrets))
    const other = machine.completeCore(enrolmentId, [new Uint8Array(32)])
    expect(await failureCode(machine.complete(other))).to.equal('join/refused')
    expect(await failureCode(machine.prove(enrolmentId))).to.equal('join/refused')
  })

  it('refuses to complete what was not proven', async () => {
    const { enrolmentId } = await machine.begin(token)
    const core = machine.completeCore(enrolmentId, [new Uint8Array(32)])
    expect(await failureCode(machine.complete(core))).to.equal('join/refused')
  })

  it('takes one guess at the secret, then wants a new proof', async () => {
    const { enrolmentId } = await machine.begin(token)
    const challenges = await machine.prove(enrolmentId)
    const guess = machine.completeCore(enrolmentId, [new Uint8Array(32)])
    expect(await failureCode(machine.complete(guess))).to.equal('join/refused')
    const late = machine.completeCore(enrolmentId, machine.activate(challenges))
    expect(await failureCode(machine.complete(late))).to.equal('join/refused')
    const again = machine.activate(await machine.prove(enrolmentId))
    expect(await failureCode(machine.complete(machine.completeCore(enrolmentId, again)))).to.equal('nothing failed')
  })

  it('makes credentials that a TPM without the AK cannot open', async () => {
    const { enrolmentId } = await machine.begin(token)
    const [challenge] = await machine.prove(enrolmentId)
    expect(() => new FakeTpm().activate(challenge!)).to.throw(WireError)
  })

  describe('keys of another kind', () => {
    const tpm = new FakeTpm()
    const ak = decode(TPMT_PUBLIC, tpm.akPublic)
    const altered = (change: object): Uint8Array => encode(TPMT_PUBLIC, { ...ak, ...change })
    const attributes = akTemplate.objectAttributes
    const cases = [
      {
        name: 'an AK that signs anything',
        ekPublics: [tpm.ekPublic],
        akPublic: altered({ objectAttributes: { ...attributes, restricted: false } }),
      },
      {
        name: 'an AK that can leave its TPM',
        ekPublics: [tpm.ekPublic],
        akPublic: altered({ objectAttributes: { ...attributes, fixedTPM: false } }),
      },
      { name: 'an EK in the place of the AK', ekPublics: [tpm.ekPublic], akPublic: tpm.ekPublic },
      { name: 'an AK in the place of the EK', ekPublics: [tpm.akPublic], akPublic: tpm.akPublic },
      {
        name: 'a point off the curve',
        ekPublics: [tpm.ekPublic],
        akPublic: altered({ unique: { x: new Uint8Array(32).fill(1), y: new Uint8Array(32).fill(1) } }),
      },
      { name: 'no EK', ekPublics: [], akPublic: tpm.akPublic },
      { name: 'the same EK twice', ekPublics: [tpm.ekPublic, tpm.ekPublic], akPublic: tpm.akPublic },
    ]
    for (const { name, ekPublics, akPublic } of cases) {
      it(`refuses ${name}`, async () => {
        const { enrolmentId } = await machine.begin(token)
        const core = encodeProveCore({ enrolmentId, ekPublics, akPublic })
        const step = prove(server.parts, server.gates.groupKeys, machine.signed('prove', core))
        expect(await failureCode(step)).to.equal('join/refused')
      })
    }
  })

  it('holds a machine with the EK of another, and raises an alarm', async () => {
    await machine.enrol(token)
    const thief = machine.copy()
    thief.replaceMachineKey()
    await thief.enrol(await server.invite('db'))
    expect(await server.stateOf('db')).to.equal('conflict')
    expect(await failureCode(server.accept('db'))).to.equal('machine/wrong-state')
    expect(await server.alarms('db')).to.deep.equal(['its EK or AK is the one of web'])

    await server.remove('web')
    await server.accept('db')
    expect(await server.stateOf('db')).to.equal('accepted')
  })

  it('refuses a locked machine', async () => {
    await machine.enrol(token)
    await server.lock('web')
    expect(await failureCode(machine.begin(token))).to.equal('join/refused')
  })

  it('gives the name of a removed machine away again', async () => {
    await machine.enrol(token)
    await server.remove('web')
    const next = new FakeMachine(server)
    await next.enrol(await server.invite('web'))
    expect(next.machineId).not.to.deep.equal(machine.machineId)
  })
})
