import { expect } from 'chai'
import { join } from 'node:path'
import { bootMedia } from '../../vm/boot-media.ts'
import { changedMedia } from '../../vm/changed-media.ts'
import { type GuestOrder } from '../../vm/qemu-arguments.ts'
import { ScratchGuests } from '../../vm/scratch-guests.ts'
import { runAgent, type AgentEnded } from '../flow/agent-process.ts'
import { PolicyOffice } from '../flow/policy-office.ts'
import { ScratchVolume } from '../luks/scratch-volume.ts'
import { changedBoots } from './chains.ts'
import { GuestMachine } from './guest-machine.ts'

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

interface Answer {
  readonly outcome: string
  readonly decision: number
  readonly volumes: readonly { readonly uuid: string }[]
}

const answerOf = ({ code, stdout, stderr }: AgentEnded, expectedCode: number): Answer => {
  expect(code, stderr).to.equal(expectedCode)
  return JSON.parse(stdout) as Answer
}
const done = ({ code, stderr }: AgentEnded): void => {
  expect(code, stderr).to.equal(0)
}

describe('a machine that measures itself into the agent’s TPM, before a policy server', function () {
  this.timeout(2_000_000)
  const scratch = new ScratchGuests()
  let office: PolicyOffice
  let vm: GuestMachine
  let disk: ScratchVolume
  let folder: string
  let good: GuestOrder

  before(async () => {
    office = await PolicyOffice.create()
    await office.start()
    folder = await scratch.folder()
    vm = new GuestMachine(join(folder, 'vm'))
    disk = new ScratchVolume()
    const media = await bootMedia('signed-systemd-boot')
    good = { media, tpmDevice: 'tpm-crb', trust: 'snakeoil', memoryMiB: 512, processors: 1 }
    done(await vm.enrol(await office.invite('vm')))
    await office.accept('vm')
    const to = ['--device', disk.device, '--existing-key-file', disk.keyFile]
    done(await runAgent(['volume', 'add', '--state', vm.state, ...to]))
  })
  after(async () => {
    await office.stop()
    office.remove()
    disk.remove()
    await scratch.remove()
  })

  it('gets its key, once its boot was learnt', async () => {
    expect(answerOf(await vm.start(good), 3).outcome).to.equal('refused')
    await office.learn('vm')
    const { outcome, volumes } = answerOf(await vm.start(good), 0)
    expect(outcome).to.equal('released')
    expect(volumes.map(({ uuid }) => uuid)).to.deep.equal([disk.uuid])
  })

  for (const { what, order, reason, says } of changedBoots(changes))
    it(`gets none with ${what}`, async () => {
      const changed = await order(good, join(folder, what.replaceAll(' ', '-')))
      const { decision } = answerOf(await vm.start(changed), 3)
      const { reasons, bootDiff } = await office.decision(BigInt(decision))
      const broken = reasons.filter(({ passed }) => !passed).map(({ code, rule }) => `${code} ${rule}`)
      expect(broken).to.include(reason)
      expect(bootDiff.join('\n')).to.include(says)
    })
})
