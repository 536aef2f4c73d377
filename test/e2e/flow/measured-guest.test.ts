import { expect } from 'chai'
import { rmSync } from 'node:fs'
import { capPcr } from '../../../core/evidence/index.ts'
import { ALG } from '../../../core/tpm/index.ts'
import { ScratchVolume } from '../luks/scratch-volume.ts'
import { runAgent, type AgentEnded } from './agent-process.ts'
import { MeasuredGuest, tpmMakers, type Phase, type TpmMaker } from './measured-guest.ts'
import { PolicyOffice } from './policy-office.ts'

const boot = 'uki-secureboot'
const initrd: readonly Phase[] = [{ pcr: 11, text: 'enter-initrd' }]

for (const maker of Object.keys(tpmMakers) as TpmMaker[]) {
  describe(`a guest whose firmware measures into ${maker}`, function () {
    this.timeout(240_000)
    let office: PolicyOffice
    let guest: MeasuredGuest
    let disk: ScratchVolume
    let volume: readonly string[]

    const answer = ({ stdout, stderr }: AgentEnded): Record<string, unknown> => {
      expect(stdout, stderr).to.match(/^\{/)
      return JSON.parse(stdout) as Record<string, unknown>
    }
    const isCapped = async (): Promise<boolean> => {
      const value = (await guest.pcrs()).get(ALG.sha256)?.get(capPcr)
      return value?.some((byte) => byte !== 0) === true
    }
    /** The rules that were broken where the server refused. */
    const brokenRules = async (ended: AgentEnded): Promise<readonly string[]> => {
      expect(ended.code, ended.stderr).to.equal(3)
      const { reasons } = await office.decision(BigInt(answer(ended)['decision'] as number))
      return reasons.filter(({ passed }) => !passed).map(({ code }) => code)
    }

    before(async () => {
      office = await PolicyOffice.create()
      await office.start()
      guest = new MeasuredGuest(maker)
      disk = new ScratchVolume()
      volume = ['--volume', `${disk.uuid}=${disk.device}`]
      await guest.boot(boot, initrd)
      const enrolled = await guest.enrol(await office.invite('vm'))
      expect(enrolled.code, enrolled.stderr).to.equal(0)
      await office.accept('vm')
      const added = await runAgent(
        ['volume', 'add', '--state', guest.state, '--device', disk.device].concat('--existing-key-file', disk.keyFile),
      )
      expect(added.code, added.stderr).to.equal(0)
    })
    after(async () => {
      await office.stop()
      office.remove()
      disk.remove()
      await guest.remove()
    })

    it('gets its key with both logs, once its boot was learnt', async () => {
      expect(await brokenRules(await guest.unlock(...volume))).to.deep.equal(['policy/none'])
      await office.learn('vm')
      await guest.boot(boot, initrd)
      const ended = await guest.unlock(...volume)
      expect(ended.code, ended.stderr).to.equal(0)
      const { outcome, volumes } = answer(ended)
      expect(outcome).to.equal('released')
      expect(volumes).to.have.length(1)
    })

    it('gets none again in the same boot: the TPM is capped', async () => {
      expect(await isCapped()).to.equal(true)
      expect(await brokenRules(await guest.unlock(...volume))).to.deep.equal(['log/unexplained', 'boot/cap'])
    })

    it('gets none once its system runs', async () => {
      await guest.boot(boot, [...initrd, { pcr: 11, text: 'leave-initrd' }])
      expect(await brokenRules(await guest.unlock(...volume))).to.deep.equal([
        'component/unlisted',
        'component/unlisted',
      ])
    })

    it('gets none for what its userspace log conceals', async () => {
      await guest.boot(boot, [...initrd, { pcr: 12, text: 'evil' }], initrd)
      expect(await brokenRules(await guest.unlock(...volume))).to.deep.equal(['pcr/value', 'log/unexplained'])
    })

    it('gets none with another boot', async () => {
      await guest.boot('uki', initrd)
      expect(await brokenRules(await guest.unlock(...volume))).to.deep.equal([
        'secure-boot/enabled',
        'secure-boot/authority',
        'component/digest',
        'component/unlisted',
        'pcr/value',
        'pcr/value',
      ])
    })

    it('is capped where its log cannot be read', async () => {
      await guest.boot(boot, initrd)
      rmSync(guest.userspaceLog)
      const ended = await guest.unlock(...volume)
      expect(ended.code).to.equal(1)
      expect(await isCapped()).to.equal(true)
    })

    it('is capped where it is ended while it waits', async () => {
      await guest.boot(boot, initrd)
      await office.stop()
      const ended = await guest.unlockUntil('out of reach')
      expect(ended, ended.stderr).to.include({ code: undefined, stdout: '' })
      expect(await isCapped()).to.equal(true)
      await office.start()
    })

    it('is capped by whoever runs next where it was killed outright', async () => {
      await guest.boot(boot, initrd)
      await office.stop()
      expect(await guest.unlockKilledAt('out of reach')).to.include({ code: undefined })
      expect(await isCapped()).to.equal(false)
      expect(answer(await guest.cap())).to.deep.equal({ outcome: 'capped' })
      expect(await isCapped()).to.equal(true)
      await office.start()
      expect(await brokenRules(await guest.unlock(...volume))).to.deep.equal(['log/unexplained', 'boot/cap'])
    })

    it('asks for nothing with another TPM', async () => {
      guest.replaceTpm()
      await guest.boot(boot, initrd)
      const ended = await guest.unlock(...volume)
      expect(ended.code).to.equal(1)
      expect(ended.stderr).to.include('not the one that the machine was enrolled with')
      expect(await isCapped()).to.equal(true)
    })
  })
}
