import { expect } from 'chai'
import { emulatedTpmHost } from '../../../agent/attest/index.ts'
import { gateProblem } from './gate-problem.ts'
import { heldDecision } from './held-decision.ts'
import { FlowMachine } from './machine.ts'
import { PolicyOffice } from './policy-office.ts'

const briefly = 300

describe('a machine whose every start a person approves', () => {
  let office: PolicyOffice
  let vm: FlowMachine

  before(async () => {
    office = await PolicyOffice.create()
    await office.start()
    vm = new FlowMachine('vm', emulatedTpmHost)
    await vm.enrol(await office.invite('vm'))
    await office.accept('vm')
    await vm.start().catch(() => undefined)
    await office.learn('vm', (policy) => policy.replace(/networks: .*/, 'approval: everyBoot'))
  })
  after(async () => {
    await office.stop()
    office.remove()
    vm.remove()
  })

  it('starts while it waits, once it is approved', async () => {
    const waiting = vm.start()
    await office.accept('vm', await heldDecision(vm))
    expect((await waiting).opened).to.deep.equal([])
  })

  it('starts at once where it was approved after it had given up', async () => {
    const { problem, decision } = await gateProblem(vm.start(vm.world, briefly))
    expect(problem).to.equal('held')
    await office.accept('vm', decision)
    expect((await vm.start(vm.world, briefly)).opened).to.deep.equal([])
  })

  it('needs a new approval for the start after that', async () => {
    expect((await gateProblem(vm.start(vm.world, briefly))).problem).to.equal('held')
  })

  it('is not approved by what a person said of its copy', async () => {
    const copy = vm.copy()
    const { decision } = await gateProblem(copy.start(copy.world, briefly))
    await office.accept('vm', decision)
    expect((await gateProblem(vm.start(vm.world, briefly))).problem).to.equal('held')
    copy.remove()
  })
})
