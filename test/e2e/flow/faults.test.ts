import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { emulatedTpmHost } from '../../../agent/attest/index.ts'
import { Crash, FaultAt, faultyWorld, type Fault } from './fault.ts'
import { FlowMachine } from './machine.ts'
import { PolicyOffice } from './policy-office.ts'

const calls = ['join', 'Begin', 'Prove', 'Complete', 'PowerOn', 'Challenge', 'Release']
const faultsOf = (step: string): readonly Fault[] =>
  calls.includes(step)
    ? ['crash-before', 'crash-after', 'lost-request', 'lost-answer']
    : ['crash-before', 'crash-after']

/** Runs something with one fault in it; a crash is the only way in which it may fail. */
async function untilFault(run: Promise<unknown>): Promise<void> {
  await run.catch((reason: unknown) => {
    if (!(reason instanceof Crash)) throw reason
  })
}

describe('whatever is lost, and wherever the agent dies', function () {
  this.timeout(300_000)
  let office: PolicyOffice

  before(async () => {
    office = await PolicyOffice.create()
    await office.start()
  })
  after(async () => {
    await office.stop()
    office.remove()
  })

  it('an enrolment that is repeated ends with the same machine', async () => {
    const rehearsal = new FaultAt()
    const first = new FlowMachine('rehearsal', emulatedTpmHost)
    await first.enrol(await office.invite('rehearsal'), faultyWorld(first.world, rehearsal))
    first.remove()
    expect(rehearsal.steps).to.include.members(['Begin', 'manufacture', 'Prove', 'Complete', 'move vtpm.state'])

    for (const [at, step] of rehearsal.steps.entries()) {
      for (const fault of faultsOf(step)) {
        const name = `vm-${at}-${fault}`
        const vm = new FlowMachine(name, emulatedTpmHost)
        const token = await office.invite(name)
        await untilFault(vm.enrol(token, faultyWorld(vm.world, new FaultAt(at, fault))))
        if (!vm.isEnrolled) await vm.enrol(token)
        await office.accept(name)
        const detail = await office.show(name)
        const why = `${fault} at ${step}`
        expect(detail.alarms, why).to.deep.equal([])
        expect(Uint8Array.from(detail.machine!.id), why).to.deep.equal(vm.machine.identity().machineId)
        vm.remove()
      }
    }
  })

  it('an enrolment that is begun with another invitation ends as another machine', async () => {
    const vm = new FlowMachine('vm', emulatedTpmHost)
    const first = await office.invite('first')
    const rehearsal = new FaultAt()
    await untilFault(
      vm.enrol(first, faultyWorld(vm.world, rehearsal)).then(() => {
        rmSync(vm.state, { recursive: true })
      }),
    )
    const second = await office.invite('second')
    await untilFault(
      vm.enrol(second, faultyWorld(vm.world, new FaultAt(rehearsal.steps.indexOf('Complete'), 'crash-before'))),
    )
    expect((await vm.enrol(await office.invite('third'))).machineName).to.equal('third')
    vm.remove()
  })

  it('a boot that is repeated opens what it should', async () => {
    const vm = new FlowMachine('vm', emulatedTpmHost)
    await vm.enrol(await office.invite('vm'))
    await office.accept('vm')
    await vm.start().catch(() => undefined)
    await office.learn('vm')
    const rehearsal = new FaultAt()
    await vm.start(faultyWorld(vm.world, rehearsal))
    expect(rehearsal.steps).to.include.members(['write tokens', 'PowerOn', 'open TPM', 'Challenge', 'Release'])

    for (const [at, step] of rehearsal.steps.entries()) {
      for (const fault of faultsOf(step)) {
        await untilFault(vm.start(faultyWorld(vm.world, new FaultAt(at, fault))))
        await vm.start()
        expect(vm.machine.bootTokens(), `${fault} at ${step}`).to.have.length(1)
      }
    }
    vm.remove()
  })
})
