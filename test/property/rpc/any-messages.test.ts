import { type Client, Client as GrpcClient, credentials, type MethodDefinition } from '@grpc/grpc-js'
import { expect } from 'chai'
import fc from 'fast-check'
import { serveGrpc } from '../../../agent/channel/grpc-server.ts'
import { SerialTpm } from '../../../agent/channel/serial-tpm.ts'
import { adminService, bootService, joinService, unary, virtualTpmService } from '../../../core/rpc/index.ts'
import { FakeMachine } from '../../fakes/fake-machine.ts'
import { ServedPolicyServer } from '../../fakes/served-policy-server.ts'
import { callRaw, isClean } from '../../fuzz/rpc-call.ts'
import { anyMessage } from '../../fuzz/rpc-messages.ts'
import { RecordingTpm } from '../../unit/agent/channel/recording-tpm.ts'
import { freeSocket, scratchFolder } from '../../unit/agent/channel/scratch.ts'

/** Of each method; more by FUZZ_RUNS. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 25)
const perRunMs = 1000
type Service = Readonly<Record<string, unknown>>

/** Any bytes as request messages: every call ends with a status that somebody meant. */
describe('any messages', () => {
  /** One, as a call has it, or another number of them. */
  const messages = fc.oneof(
    { weight: 6, arbitrary: anyMessage.map((message) => [message]) },
    { weight: 1, arbitrary: fc.array(anyMessage, { maxLength: 3 }) },
  )

  function endCleanly(service: Service, clientOf: () => Client): void {
    for (const [name, method] of Object.entries(service))
      it(`to ${name} end cleanly`, async () => {
        await fc.assert(
          fc.asyncProperty(messages, async (sent) => {
            const ended = await callRaw(clientOf(), method as MethodDefinition<object, object>, sent)
            expect(isClean(ended), `${ended.code} ${ended.details}`).to.equal(true)
          }),
          { numRuns },
        )
      }).timeout(10_000 + numRuns * perRunMs)
  }

  describe('of the virtual TPM', () => {
    const folder = scratchFolder()
    const endpoint = freeSocket(folder)
    let server: Awaited<ReturnType<typeof serveGrpc>>
    let client: Client

    before(async () => {
      const raw = new RecordingTpm()
      raw.powered = true
      raw.finishesLong = true
      server = await serveGrpc(new SerialTpm(raw), { endpoint })
      client = new GrpcClient(`unix:${endpoint.path}`, credentials.createInsecure())
    })
    after(async () => {
      client.close()
      await server.close()
    })

    endCleanly(virtualTpmService, () => client)
  })

  describe('of the policy server', () => {
    let served: ServedPolicyServer
    let machine: FakeMachine

    before(async () => {
      served = await ServedPolicyServer.start()
      const { token } = await unary(served.admin, 'inviteMachine', { name: 'web', group: '', validSeconds: 60 })
      machine = new FakeMachine(served.inner)
      await machine.enrol(token)
      await unary(served.admin, 'acceptMachine', { machine: 'web', reason: 'known' })
    })
    after(() => served.stop())

    describe('Boot', () => {
      let client: Client
      before(() => {
        client = served.boot(machine.credentials)
      })
      endCleanly(bootService, () => client)
    })
    describe('Join', () => {
      endCleanly(joinService, () => served.join)
    })
    describe('Admin', () => {
      endCleanly(adminService, () => served.admin)
    })

    it('and the operator is served after all of them', async () => {
      expect((await unary(served.admin, 'getServerStatus', {})).version).to.equal('0.0.0')
    })
  })
})
