import { expect } from 'chai'
import { emulatedTpmHost } from '../../../agent/attest/index.ts'
import { Crash, FaultAt, faultyWorld, type Fault } from './fault.ts'
import { gateProblem } from './gate-problem.ts'
import { heldDecision } from './held-decision.ts'
import { FlowMachine } from './machine.ts'
import { PolicyOffice } from './policy-office.ts'

const briefly = 300

describe('a copy of a machine', function () {
  this.timeout(300_000)
  let office: PolicyOffice
  let machines: FlowMachine[]
  let number = 0

  before(async () => {
    office = await PolicyOffice.create()
    await office.start()
  })
  beforeEach(() => (machines = []))
  afterEach(() => {
    for (const machine of machines) machine.remove()
  })
  after(async () => {
    await office.stop()
    office.remove()
  })

  const withCleanUp = (machine: FlowMachine) => {
    machines.push(machine)
    return machine
  }

  /** A machine that booted once under its policy. */
  async function bootedMachine(): Promise<FlowMachine> {
    const vm = withCleanUp(new FlowMachine(`vm-${++number}`, emulatedTpmHost))
    await vm.enrol(await office.invite(vm.name))
    await office.accept(vm.name)
    await vm.start().catch(() => undefined)
    await office.learn(vm.name)
    await vm.start()
    return vm
  }

  /** Both sides held: the copy asked after the original had started again. */
  async function fork(machine?: FlowMachine) {
    const vm = machine ?? (await bootedMachine())
    const copy = withCleanUp(vm.copy())
    await vm.start()
    const heldCopy = await gateProblem(copy.start(copy.world, briefly))
    const heldOriginal = await gateProblem(vm.start(vm.world, briefly))
    expect([heldCopy.problem, heldOriginal.problem]).to.deep.equal(['held', 'held'])
    return { vm, copy, copyDecision: heldCopy.decision ?? 0n, originalDecision: heldOriginal.decision ?? 0n }
  }

  it('that starts after the original did is held, and holds the original too', async () => {
    const { vm } = await fork()
    const { machine, alarms } = await office.show(vm.name)
    expect(machine?.state).to.equal('MACHINE_STATE_FORKED')
    expect(alarms).to.have.length(1)
  })

  it('that starts first from elsewhere is refused, and the original still boots', async () => {
    const vm = await bootedMachine()
    const copy = withCleanUp(vm.copy())
    copy.server = vm.machine.identity().mainAddress.replace('127.0.0.1', '[::1]')
    expect((await gateProblem(copy.start())).problem).to.equal('refused')
    expect((await vm.start()).opened).to.deep.equal([])
  })

  it('is refused for ever once the fork is settled for the original, which gets new keys', async () => {
    const { vm, copy, originalDecision } = await fork()
    const before = await office.show(vm.name)
    await office.settle(vm.name, originalDecision)
    await vm.start()
    const after = await office.show(vm.name)
    expect(after.machine?.state).to.equal('MACHINE_STATE_ACCEPTED')
    expect(after.machine?.id).to.deep.equal(before.machine?.id)
    expect(after.machineKey).not.to.deep.equal(before.machineKey)
    expect(after.akName).not.to.deep.equal(before.akName)
    expect(after.ekNames).not.to.deep.equal(before.ekNames)
    expect((await gateProblem(copy.start())).problem).to.equal('refused')
    await vm.start()
  })

  it('is the machine from now on where the fork is settled for it, and the original is refused', async () => {
    const { vm, copy, copyDecision } = await fork()
    await office.settle(vm.name, copyDecision)
    await copy.start()
    expect((await gateProblem(vm.start())).problem).to.equal('refused')
    await copy.start()
  })

  it('loses to the original that waits while the fork is settled', async () => {
    const { vm } = await fork()
    const waiting = vm.start()
    const decision = await heldDecision(vm)
    await office.settle(vm.name, decision)
    await waiting
    await vm.start()
  })

  it('is told from the original, whatever the original lost on its way', async () => {
    const rehearsal = new FaultAt()
    const model = await bootedMachine()
    await model.start(faultyWorld(model.world, rehearsal))
    const powerOn = rehearsal.steps.indexOf('PowerOn')
    for (const fault of ['crash-before', 'crash-after', 'lost-request', 'lost-answer'] as const) {
      const vm = await bootedMachine()
      const copy = withCleanUp(vm.copy())
      await survive(vm.start(faultyWorld(vm.world, new FaultAt(powerOn, fault))))
      await vm.start()
      expect((await gateProblem(copy.start(copy.world, briefly))).problem, fault).to.equal('held')
    }
  })

  it('loses to the original, wherever that one dies while it gets new keys', async () => {
    const rehearsal = new FaultAt()
    const model = await fork()
    await office.settle(model.vm.name, model.originalDecision)
    await model.vm.start(faultyWorld(model.vm.world, rehearsal))
    const end = rehearsal.steps.lastIndexOf('remove enrolling')
    expect(end).to.be.greaterThan(0)
    for (let at = 0; at <= end; at++) {
      for (const fault of ['crash-before', 'crash-after', 'lost-answer'] as const satisfies readonly Fault[]) {
        if (fault === 'lost-answer' && !isCall(rehearsal.steps[at])) continue
        const { vm, copy, originalDecision } = await fork(model.vm)
        await office.settle(vm.name, originalDecision)
        await survive(vm.start(faultyWorld(vm.world, new FaultAt(at, fault))))
        const why = `${fault} at ${rehearsal.steps[at] ?? ''}`
        await vm.start().catch((cause: unknown) => {
          throw new Error(why, { cause })
        })
        expect((await gateProblem(copy.start(copy.world, briefly))).problem, why).to.equal('refused')
      }
    }
  })
})

const isCall = (step = '') => ['join', 'Begin', 'Prove', 'Complete', 'PowerOn'].includes(step)

/** A crash is the only way in which it may end early. */
async function survive(run: Promise<unknown>): Promise<void> {
  await run.catch((reason: unknown) => {
    if (!(reason instanceof Crash)) throw reason
  })
}
