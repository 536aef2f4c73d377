import { expect } from 'chai'
import { emulatedTpmHost } from '../../../agent/attest/index.ts'
import { addVolume, findVolume } from '../../../agent/unlock/index.ts'
import { bootGateOf } from '../../../agent/unlock/boot-gate-of.ts'
import { ScratchVolume } from '../luks/scratch-volume.ts'
import { gateProblem } from './gate-problem.ts'
import { FlowMachine } from './machine.ts'
import { PolicyOffice } from './policy-office.ts'
import { swtpmHost } from './swtpm-host.ts'

const hosts = [
  { name: 'our TPM', tpms: emulatedTpmHost },
  { name: 'swtpm', tpms: swtpmHost },
]

for (const { name, tpms } of hosts) {
  describe(`a machine with ${name}, from invitation to its open volume`, () => {
    let office: PolicyOffice
    let vm: FlowMachine
    let disk: ScratchVolume

    before(async () => {
      office = await PolicyOffice.create()
      await office.start()
      vm = new FlowMachine('vm', tpms)
      disk = new ScratchVolume()
    })
    after(async () => {
      await office.stop()
      office.remove()
      vm.remove()
      disk.remove()
    })

    it('is held until a person accepts it', async () => {
      await vm.enrol(await office.invite('vm'))
      const held = await gateProblem(vm.start(vm.world, 500))
      expect(held.problem).to.equal('held')
      expect(vm.told.join()).to.contain(`decision ${held.decision ?? 0n}`)
      await office.accept('vm')
    })

    it('is refused without a policy, and its boot can be learnt', async () => {
      expect((await gateProblem(vm.start())).problem).to.equal('refused')
      await office.learn('vm')
      expect((await vm.start()).opened).to.deep.equal([])
    })

    it('gives its volume a key, and opens it', async () => {
      const { machine } = vm
      const gate = bootGateOf(vm.world.gates, machine)
      const identity = machine.identity()
      const random = (size: number) => crypto.getRandomValues(new Uint8Array(size))
      const device = { device: disk.device, existingKeyFile: disk.keyFile }
      await addVolume({ ...device, identity, files: machine.files, gate, random })
      gate.close()
      vm.volumes = [await findVolume(disk.device, identity)]
      expect((await vm.start()).opened).to.deep.equal(vm.volumes)
    })

    it('opens it again at the next boot', async () => {
      expect((await vm.start()).opened).to.have.length(1)
    })

    it('is refused with another boot, and the engineer reads what changed', async () => {
      vm.boot = 'uki'
      const refused = await gateProblem(vm.start())
      expect(refused.problem).to.equal('refused')
      const { reasons, bootDiff } = await office.decision(refused.decision ?? 0n)
      expect(reasons.filter(({ passed }) => !passed).map(({ rule }) => rule)).to.include('release.secureBoot.required')
      expect(bootDiff.join('\n')).to.match(/Secure Boot/)
      vm.boot = 'uki-secureboot'
      expect((await vm.start()).opened).to.have.length(1)
    })

    it('is refused from another network before anything is spent, and starts from its own', async () => {
      const before = vm.machine.bootTokens()
      vm.server = vm.machine.identity().mainAddress.replace('127.0.0.1', '[::1]')
      expect((await gateProblem(vm.start())).problem).to.equal('refused')
      expect(vm.machine.bootTokens()).to.deep.equal(before)
      vm.server = undefined
      expect((await vm.start()).opened).to.have.length(1)
    })

    it('is refused once it is locked', async () => {
      await office.lock('vm')
      expect((await gateProblem(vm.start())).problem).to.equal('refused')
    })
  })
}
