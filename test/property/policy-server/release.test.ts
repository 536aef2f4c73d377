import { expect } from 'chai'
import fc from 'fast-check'
import { WireError } from '../../../core/bytes/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import { learn } from '../../../policy-server/appraise/index.ts'
import { FakeMachine, type AskedRelease } from '../../fakes/fake-machine.ts'
import { failureCode } from '../../fakes/failure-code.ts'
import { FakePolicyServer } from '../../fakes/policy-server.ts'

const volume = { uuid: new Uint8Array(16).fill(7), keyslotDigest: new Uint8Array(32).fill(8) }
const fields = ['bootId', 'challenge', 'core', 'attest', 'signature', 'oneTimePublicKey'] as const

describe('a request for a release of which one bit is another', () => {
  let server: FakePolicyServer
  let machine: FakeMachine
  before(async () => {
    server = await FakePolicyServer.start()
    machine = new FakeMachine(server)
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    await machine.deposit(volume, new Uint8Array(32).fill(9))
    expect(await failureCode(machine.release(await machine.powerOn()))).to.equal('boot/refused')
    await server.apply((await server.parts.store.transact((tx) => learn(tx, 'web', ''))).document)
    machine.boot = { ...machine.boot, volumes: [volume] }
    expect(await machine.release(await machine.powerOn())).to.have.lengthOf(1)
  })
  after(() => server.stop())

  it('gets no key, whatever the bit', async () => {
    const bit = fc.record({ field: fc.constantFrom(...fields), place: fc.nat(), bit: fc.nat(7) })
    const run = async ({
      field,
      place,
      bit: flipped,
    }: {
      field: (typeof fields)[number]
      place: number
      bit: number
    }) => {
      const { key, request }: AskedRelease = await machine.prepareRelease(await machine.powerOn())
      const at = place % request[field].length
      const altered = request[field].map((byte, index) => (index === at ? byte ^ (1 << flipped) : byte))
      const asked = { key, request: { ...request, [field]: altered } }
      const outcome = await machine.sendRelease(asked).catch((error: unknown) => error)
      if (outcome instanceof WireError) return
      expect(outcome).to.be.instanceOf(RpcError).with.property('code', 'boot/refused')
    }
    await fc.assert(fc.asyncProperty(bit, run), { numRuns: 60 })
  })
})
