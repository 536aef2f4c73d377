import { expect } from 'chai'
import { emulatedTpmHost } from '../../../agent/attest/index.ts'
import type { GateClient } from '../../../agent/gate/index.ts'
import { addVolume, findVolume } from '../../../agent/unlock/index.ts'
import { bootGateOf } from '../../../agent/unlock/boot-gate-of.ts'
import { sealPurpose, untrustedPurpose } from '../../../core/keys/index.ts'
import { ScratchVolume } from '../luks/scratch-volume.ts'
import { FlowMachine, type World } from './machine.ts'
import { PolicyOffice } from './policy-office.ts'
import { swtpmHost } from './swtpm-host.ts'

const random = (size: number) => crypto.getRandomValues(new Uint8Array(size))
const hosts = [
  { name: 'our TPM', tpms: emulatedTpmHost },
  { name: 'swtpm', tpms: swtpmHost },
]

for (const { name, tpms } of hosts) {
  describe(`keys that only ${name} gives out`, () => {
    let office: PolicyOffice
    let vm: FlowMachine
    let disk: ScratchVolume

    before(async () => {
      office = await PolicyOffice.create()
      await office.start()
      vm = new FlowMachine('vm', tpms)
      disk = new ScratchVolume()
      await vm.enrol(await office.invite('vm'))
      await office.accept('vm')
      await vm.start().catch(() => undefined)
      await office.learn('vm')
      const { machine } = vm
      const gate = bootGateOf(vm.world.gates, machine)
      const identity = machine.identity()
      const device = { device: disk.device, existingKeyFile: disk.keyFile }
      await addVolume({ ...device, identity, files: machine.files, gate, random })
      gate.close()
      vm.volumes = [await findVolume(disk.device, identity)]
    })
    after(async () => {
      await office.stop()
      office.remove()
      vm.remove()
      disk.remove()
    })

    /** Starts, and says what the answers of gate 2 were sealed as. */
    async function purposes(change: (sealed: string) => Promise<string> | string = (sealed) => sealed) {
      const seen: (string | undefined)[] = []
      const { gates } = vm.world
      const watched: GateClient = {
        join: (address, anchor) => gates.join(address, anchor),
        boot(credentials) {
          const gate = gates.boot(credentials)
          return {
            powerOn: (request, waiting) => gate.powerOn(request, waiting),
            challenge: (bootId) => gate.challenge(bootId),
            depositKey: (deposit) => gate.depositKey(deposit),
            attest: (asked) => gate.attest(asked),
            close: () => {
              gate.close()
            },
            async release(request) {
              const { decision, sealedKeys } = await gate.release(request)
              seen.push(untrustedPurpose(sealedKeys))
              return { decision, sealedKeys: await change(sealedKeys) }
            },
          }
        },
      }
      const world: World = { ...vm.world, gates: watched }
      const { opened } = await vm.start(world)
      expect(opened).to.deep.equal(vm.volumes)
      return seen
    }

    it('come in the clear to the one-time key where the policy says nothing', async () => {
      expect(await purposes()).to.deep.equal([sealPurpose.release])
    })

    it('come in an object for the TPM where the policy says so, and open the volume', async () => {
      await office.learn('vm', (policy) => policy.replace(/^release:$/m, 'release:\n  binding: tpm'))
      expect(await purposes()).to.deep.equal([sealPurpose.boundRelease])
    })

    it('open the volume at each next boot, within the time that the policy gives', async () => {
      await office.learn('vm', (policy) => policy.replace(/^release:$/m, 'release:\n  binding: tpm\n  validFor: 10m'))
      expect(await purposes()).to.deep.equal([sealPurpose.boundRelease])
      expect(await purposes()).to.deep.equal([sealPurpose.boundRelease])
    })

    it('do not open it where somebody changed the answer on its way', async () => {
      const flipped = (sealed: string) => sealed.replace(/.(?=.{40}$)/, (letter) => (letter === 'A' ? 'B' : 'A'))
      expect(await purposes(flipped).then(String, String)).to.match(/SealedError/)
    })
  })
}
