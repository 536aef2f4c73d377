import { expect } from 'chai'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { grpcGateClient } from '../../../agent/gate/index.ts'
import { addVolume, findVolume, type Volume } from '../../../agent/unlock/index.ts'
import { bootGateOf } from '../../../agent/unlock/boot-gate-of.ts'
import { type BootMedia, bootMedia } from '../../vm/boot-media.ts'
import { changedMedia } from '../../vm/changed-media.ts'
import { type GuestOrder } from '../../vm/qemu-arguments.ts'
import { ScratchGuests } from '../../vm/scratch-guests.ts'
import { gateProblem } from '../flow/gate-problem.ts'
import { PolicyOffice } from '../flow/policy-office.ts'
import { ScratchVolume } from '../luks/scratch-volume.ts'
import { changedBoots } from './chains.ts'
import { GuestMachine } from './guest-machine.ts'

const random = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size))

/** What somebody does to a machine, the broken rule that says so, and the words for it. */
const changes: readonly {
  readonly what: string
  readonly order: (good: GuestOrder, folder: string) => Promise<GuestOrder>
  readonly reason: string
  readonly says: string
}[] = [
  {
    what: 'Secure Boot switched off',
    order: (good) => Promise.resolve({ ...good, trust: 'none' }),
    reason: 'secure-boot/enabled release.secureBoot.required',
    says: 'Secure Boot is off: it was on',
  },
  {
    what: 'another command line in its signed image',
    order: async (good, folder) => ({
      ...good,
      media: await changedMedia(good.media, folder, { parameter: 'loglevel=3' }),
    }),
    reason: 'component/digest release.components.commandLine',
    says: 'the command line (PCR 11, section .cmdline) changed',
  },
  {
    what: 'another initramfs in its signed image',
    order: async (good, folder) => ({
      ...good,
      media: await changedMedia(good.media, folder, { addedFile: 'backdoor' }),
    }),
    reason: 'component/digest release.components.initrd',
    says: 'the initrd (PCR 11, section .initrd) changed',
  },
  {
    what: 'a kernel that QEMU hands over, past Secure Boot',
    order: async (good) => ({ ...good, media: await bootMedia('kernel') }),
    reason: 'secure-boot/image release.secureBoot.required',
    says: 'what vouches for images (PCR 7) is gone',
  },
]

describe('a machine that measures itself into the agent’s TPM, before a policy server', function () {
  this.timeout(2_000_000)
  const scratch = new ScratchGuests()
  let office: PolicyOffice
  let vm: GuestMachine
  let disk: ScratchVolume
  let folder: string
  let good: GuestOrder
  let volumes: readonly Volume[] = []

  before(async () => {
    office = await PolicyOffice.create()
    await office.start()
    folder = await scratch.folder()
    mkdirSync(join(folder, 'agent'))
    vm = new GuestMachine('vm', folder)
    disk = new ScratchVolume()
    const media: BootMedia = await bootMedia('signed-systemd-boot')
    good = { media, tpmDevice: 'tpm-crb', trust: 'snakeoil', memoryMiB: 512, processors: 1 }
    await vm.agent.enrol(await office.invite('vm'))
    await office.accept('vm')
  })
  after(async () => {
    await office.stop()
    office.remove()
    disk.remove()
    await scratch.remove()
  })

  it('gets its key, once its boot was learnt', async () => {
    expect((await gateProblem(vm.start(good, []))).problem).to.equal('refused')
    await office.learn('vm')
    const { machine } = vm.agent
    const gate = bootGateOf(grpcGateClient, machine)
    const identity = machine.identity()
    const device = { device: disk.device, existingKeyFile: disk.keyFile }
    await addVolume({ ...device, identity, files: machine.files, gate, random })
    gate.close()
    volumes = [await findVolume(disk.device, identity)]
    const { keys } = await vm.start(good, volumes)
    expect(keys.map(({ uuid }) => uuid)).to.deep.equal(volumes.map(({ uuid }) => uuid))
  })

  for (const { what, order, reason, says } of changedBoots(changes))
    it(`gets none with ${what}`, async () => {
      const refused = await gateProblem(vm.start(await order(good, join(folder, what.replaceAll(' ', '-'))), volumes))
      expect(refused.problem).to.equal('refused')
      const { reasons, bootDiff } = await office.decision(refused.decision ?? 0n)
      const broken = reasons.filter(({ passed }) => !passed).map(({ code, rule }) => `${code} ${rule}`)
      expect(broken).to.include(reason)
      expect(bootDiff.join('\n')).to.include(says)
    })
})
