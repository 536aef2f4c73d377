import { expect } from 'chai'
import { emulatedTpmHost } from '../../../agent/attest/index.ts'
import { GateError, type GateClient } from '../../../agent/gate/index.ts'
import { unary } from '../../../core/rpc/index.ts'
import { Program } from '../server/server-process.ts'
import { FlowMachine, type World } from './machine.ts'
import { PolicyOffice } from './policy-office.ts'

/** When the server is killed: with the request on its way, or with the answer just sent. */
type Moment = 'asked' | 'answered'

/** A real server process that is killed, without a word, at one call of the agent, and started again. */
class KilledServer {
  readonly office: PolicyOffice
  #program: Program
  #calls: string[] = []
  #starts = 1
  #at = -1
  #moment: Moment = 'asked'

  private constructor(office: PolicyOffice, program: Program) {
    this.office = office
    this.#program = program
  }

  static async start(): Promise<KilledServer> {
    const office = await PolicyOffice.create()
    const program = new Program('start', '--config', office.configPath)
    await program.ready()
    return new KilledServer(office, program)
  }

  /** How often the server has started. */
  get starts(): number {
    return this.#starts
  }

  /** The names of the calls since the last plan. */
  get calls(): readonly string[] {
    return this.#calls
  }

  plan(at = -1, moment: Moment = 'asked'): void {
    this.#calls = []
    this.#at = at
    this.#moment = moment
  }

  async call<Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> {
    this.#calls.push(name)
    if (this.#calls.length - 1 !== this.#at) return await ask()
    const answer = ask()
    const settled = answer.then(
      () => undefined,
      () => undefined,
    )
    if (this.#moment === 'answered') await settled
    else await new Promise((resolve) => setImmediate(resolve))
    await this.#restart()
    await settled
    if (this.#moment === 'answered') return await answer
    throw new GateError('unreachable', `${name}: the server was killed`)
  }

  async #restart(): Promise<void> {
    await this.#program.end('SIGKILL')
    await this.office.stop()
    this.#program = new Program('start', '--config', this.office.configPath)
    await this.#program.ready()
    this.#starts++
  }

  async stop(): Promise<void> {
    await this.office.stop()
    await this.#program.end()
    this.office.remove()
  }
}

/** A connection that is made anew after each start of the server: an old one would wait before it tries again. */
class Reconnected<Gate extends { close(): void }> {
  readonly #server: KilledServer
  readonly #connect: () => Promise<Gate>
  #gate: Gate
  #start: number

  constructor(server: KilledServer, gate: Gate, connect: () => Promise<Gate>) {
    this.#server = server
    this.#connect = connect
    this.#gate = gate
    this.#start = server.starts
  }

  async call<Answer>(name: string, ask: (gate: Gate) => Promise<Answer>): Promise<Answer> {
    if (this.#start !== this.#server.starts) {
      this.#gate.close()
      this.#gate = await this.#connect()
      this.#start = this.#server.starts
    }
    return await this.#server.call(name, () => ask(this.#gate))
  }

  close(): void {
    this.#gate.close()
  }
}

function watchedGates(gates: GateClient, server: KilledServer): GateClient {
  return {
    async join(address, anchor) {
      const connect = () => gates.join(address, anchor)
      const wire = new Reconnected(server, await connect(), connect)
      return {
        begin: (request) => wire.call('Begin', (gate) => gate.begin(request)),
        prove: (request) => wire.call('Prove', (gate) => gate.prove(request)),
        complete: (request) => wire.call('Complete', (gate) => gate.complete(request)),
        close: () => {
          wire.close()
        },
      }
    },
    boot(credentials) {
      const connect = () => gates.boot(credentials)
      const wire = new Reconnected(server, connect(), () => Promise.resolve(connect()))
      return {
        powerOn: (request, waiting) => wire.call('PowerOn', (gate) => gate.powerOn(request, waiting)),
        challenge: (bootId) => wire.call('Challenge', (gate) => gate.challenge(bootId)),
        release: (request) => wire.call('Release', (gate) => gate.release(request)),
        depositKey: (deposit) => wire.call('DepositKey', (gate) => gate.depositKey(deposit)),
        attest: (asked) => wire.call('Attest', (gate) => gate.attest(asked)),
        close: () => {
          wire.close()
        },
      }
    },
  }
}

describe('a server that is killed at any call', function () {
  this.timeout(240_000)
  let server: KilledServer
  let vm: FlowMachine
  let world: World

  before(async () => {
    server = await KilledServer.start()
    vm = new FlowMachine('vm', emulatedTpmHost)
    world = { ...vm.world, gates: watchedGates(vm.world.gates, server) }
  })
  after(async () => {
    await server.stop()
    vm.remove()
  })

  const moments: readonly Moment[] = ['asked', 'answered']
  /** Decision numbers, oldest first. */
  async function decisions(): Promise<readonly number[]> {
    const { decisions: listed } = await unary(server.office.admin, 'listDecisions', { limit: 1000 })
    return listed.map(({ number }) => Number(number)).reverse()
  }

  for (const [at, call] of ['Begin', 'Prove', 'Complete'].entries()) {
    for (const moment of moments) {
      it(`gives the same machine when killed as ${call} is ${moment}`, async () => {
        const name = `vm-${call}-${moment}`
        const other = new FlowMachine(name, emulatedTpmHost)
        server.plan(at, moment)
        const { machineId } = await other.enrol(await server.office.invite(name), {
          ...other.world,
          gates: watchedGates(other.world.gates, server),
        })
        const { machine, alarms } = await server.office.show(name)
        expect(Uint8Array.from(machine!.id)).to.deep.equal(machineId)
        expect(machine?.state).to.equal('MACHINE_STATE_PENDING')
        expect(alarms).to.deep.equal([])
        other.remove()
      })
    }
  }

  it('boots the machine afterwards, holds an older copy, and misses no decision', async () => {
    server.plan()
    await vm.enrol(await server.office.invite('vm'))
    await server.office.accept('vm')
    await vm.start().catch(() => undefined)
    await server.office.learn('vm')
    await vm.start(world)
    expect(server.calls).to.deep.equal(['PowerOn', 'Challenge', 'Release'])
    const copy = vm.copy()

    for (const [at, call] of ['PowerOn', 'Challenge', 'Release'].entries()) {
      for (const moment of moments) {
        server.plan(at, moment)
        await vm.start(world).catch((error: unknown) => {
          if (!(error instanceof GateError)) throw error
        })
        server.plan()
        await vm.start(world)
        expect(vm.machine.bootTokens(), `${call} ${moment}`).to.have.length(1)
      }
    }
    const held = await copy.start(copy.world, 500).catch((error: unknown) => error)
    expect(held).to.be.instanceOf(GateError).with.property('problem', 'held')
    copy.remove()
    const numbers = await decisions()
    expect(numbers).to.deep.equal(numbers.map((_, index) => index + 1))
  })
})
