import { join } from 'node:path'
import { expect } from 'chai'
import { toHex } from '../../../core/bytes/index.ts'
import {
  ALG,
  CreatePrimary,
  handleName,
  passwordSession,
  PCR_Extend,
  ReadClock,
  ReadPublic,
  RH,
  srkTemplate,
  TpmClient,
} from '../../../core/tpm/index.ts'
import { bootMedia } from '../../vm/boot-media.ts'
import { type Guest } from '../../vm/guest.ts'
import { type GuestOrder } from '../../vm/qemu-arguments.ts'
import { ScratchGuests } from '../../vm/scratch-guests.ts'
import { ownTpm } from '../../vm/tpm-backends.ts'
import { savedDevices } from './chains.ts'

const nothing = new Uint8Array(0)
/** A PCR of the owner's that firmware leaves alone. */
const ownPcr = 16

for (const tpmDevice of savedDevices) {
  describe(`a machine with ${tpmDevice} that is saved to a file and continued elsewhere`, function () {
    this.timeout(900_000)
    const scratch = new ScratchGuests()
    after(() => scratch.remove())

    it('finds the PCRs, the object and the clock of its TPM again, and reboots', async () => {
      const folder = await scratch.folder()
      const file = join(folder, 'saved')
      const media = await bootMedia('kernel')
      const order: GuestOrder = { media, tpmDevice, trust: 'none', memoryMiB: 512, processors: 1 }

      const guest = await scratch.guest(order, join(folder, 'vm'), await scratch.tpm(ownTpm(join(folder, 'tpm'))))
      const booted = await guest.booted()
      const loaded = await loadedObject(guest)
      await extendOwn(guest)
      const before = await guest.report()
      const clock = await resetCount(guest)
      await guest.save(file)
      await guest.kill()

      const elsewhere = await scratch.tpm(ownTpm(join(folder, 'other-tpm')))
      const continued = await scratch.guest(order, join(folder, 'other-vm'), elsewhere, '-incoming', `exec:cat ${file}`)
      await continued.continued()
      const after = await continued.report()
      expect(after.pcrs).to.deep.equal(before.pcrs)
      expect(toHex(after.log)).to.equal(toHex(booted.log))
      expect(await resetCount(continued)).to.equal(clock)
      const { name } = await client(continued).run(ReadPublic, { objectHandle: loaded }, {})
      expect(toHex(name)).to.equal(toHex(loaded.name))

      continued.reboot()
      const rebooted = await continued.booted()
      expect(rebooted.pcrs.get(ALG.sha256)?.get(4)).to.deep.equal(booted.pcrs.get(ALG.sha256)?.get(4))
      expect(rebooted.pcrs.get(ALG.sha256)?.get(ownPcr)).to.deep.equal(new Uint8Array(32))
      expect(await resetCount(continued)).to.equal(clock + continued.resets)
      expect(await continued.powerOff()).to.equal(0)
    })
  })
}

function client(guest: Guest): TpmClient {
  return new TpmClient(guest.transport())
}

async function loadedObject(guest: Guest): Promise<{ readonly handle: number; readonly name: Uint8Array }> {
  const primaryHandle = { handle: RH.owner, name: handleName(RH.owner), auth: passwordSession() }
  const inSensitive = { userAuth: nothing, data: nothing }
  const template = { inPublic: srkTemplate, outsideInfo: nothing, creationPCR: [] }
  const { handle, name } = await client(guest).run(CreatePrimary, { primaryHandle }, { inSensitive, ...template })
  return { handle, name }
}

async function extendOwn(guest: Guest): Promise<void> {
  const pcrHandle = { handle: ownPcr, name: handleName(ownPcr), auth: passwordSession() }
  const digests = [{ hashAlg: ALG.sha256, digest: new Uint8Array(32).fill(1) }]
  await client(guest).run(PCR_Extend, { pcrHandle }, { digests })
}

async function resetCount(guest: Guest): Promise<number> {
  const { currentTime } = await client(guest).run(ReadClock, {}, {})
  return currentTime.clockInfo.resetCount
}
