import { expect } from 'chai'
import { learn } from '../../../../policy-server/appraise/index.ts'
import { recordedRequest } from '../../../fakes/attester-request.ts'
import { FakeMachine } from '../../../fakes/fake-machine.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

const volume = { uuid: new Uint8Array(16).fill(7), keyslotDigest: new Uint8Array(32).fill(8) }
const volumeKey = new Uint8Array(32).fill(9)

describe('the flow', () => {
  let server: FakePolicyServer
  let machine: FakeMachine
  beforeEach(async () => {
    server = await FakePolicyServer.start()
    machine = new FakeMachine(server)
  })
  afterEach(() => server.stop())

  async function ready(): Promise<void> {
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    await machine.deposit(volume, volumeKey)
    const first = await machine.powerOn()
    expect(await failureCode(machine.release(first))).to.equal('boot/refused')
    const { document } = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
    await server.apply(document)
    machine.boot = { ...machine.boot, volumes: [volume] }
  }

  it('enrols, accepts, learns, boots and releases the key', async () => {
    const certificate = await machine.enrol(await server.invite('web'))
    expect(certificate.subjectAltName).to.include('bootlatch:machine:')
    expect(await server.stateOf('web')).to.equal('pending')

    await server.accept('web')
    await machine.deposit(volume, volumeKey)
    const first = await machine.powerOn()
    expect(await failureCode(machine.release(first))).to.equal('boot/refused')

    const { document } = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
    await server.apply(document)
    machine.boot = { ...machine.boot, volumes: [volume] }
    const second = await machine.powerOn()
    const [released] = await machine.release(second)
    expect(released?.key).to.deep.equal(volumeKey)
    expect((await server.decisions()).map(({ outcome }) => outcome)).to.deep.equal([
      'admission admitted',
      'release refused',
      'admission admitted',
      'release released',
    ])
  })

  it('refuses a boot with other measurements, and says what changed', async () => {
    await ready()
    await machine.release(await machine.powerOn())
    machine.boot = { ...recordedRequest('uki'), volumes: [volume] }
    expect(await failureCode(machine.release(await machine.powerOn()))).to.equal('boot/refused')
    const last = (await server.decisions()).at(-1)
    expect(last?.failed).to.include('secure-boot/enabled')
    expect(last?.diff.join()).to.match(/Secure Boot is off: it was on/)
  })

  it('releases once in a boot', async () => {
    await ready()
    const boot = await machine.powerOn()
    const asked = await machine.prepareRelease(boot)
    await machine.sendRelease(asked)
    expect(await failureCode(machine.release(boot))).to.equal('boot/refused')
  })
})
