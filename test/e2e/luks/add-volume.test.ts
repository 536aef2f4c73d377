import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { DiskFolder, type MachineIdentity } from '../../../agent/config/index.ts'
import { GateError, type Deposit } from '../../../agent/gate/index.ts'
import { addVolume, CryptsetupError, findVolume, openVolume, VolumeError } from '../../../agent/unlock/index.ts'
import { readLuksHeader } from '../../../agent/unlock/luks-header.ts'
import { addKeyslot } from '../../../agent/unlock/luks-volume.ts'
import { ScratchVolume } from './scratch-volume.ts'

const identity: MachineIdentity = {
  machineId: new Uint8Array(16).fill(1),
  serverId: new Uint8Array(32).fill(2),
  machineName: 'vm',
  mainAddress: '127.0.0.1:20000',
}

class KeepingGate {
  readonly deposits: Deposit[] = []
  depositKey(deposit: Deposit): Promise<void> {
    this.deposits.push({ ...deposit, key: Uint8Array.from(deposit.key) })
    return Promise.resolve()
  }
}

describe('volume add, with the real cryptsetup', function () {
  let volume: ScratchVolume
  beforeEach(() => (volume = new ScratchVolume()))
  afterEach(() => {
    volume.remove()
  })

  const add = (gate: Pick<KeepingGate, 'depositKey'>, existingKeyFile = volume.keyFile) =>
    addVolume({
      device: volume.device,
      existingKeyFile,
      identity,
      files: new DiskFolder(join(volume.folder, 'state')),
      gate,
      random: (size) => Uint8Array.from(randomBytes(size)),
    })

  it('gives the server a key that opens the keyslot its token names, and no other', async () => {
    const gate = new KeepingGate()
    const added = await add(gate)
    const found = await findVolume(volume.device, identity, added.uuid)
    expect(gate.deposits).to.have.length(1)
    expect(gate.deposits[0]!.keyslotDigest).to.deep.equal(found.keyslotDigest)
    await openVolume(found, gate.deposits[0]!.key, { test: true })

    const error: unknown = await openVolume(found, new Uint8Array(32), { test: true }).catch(
      (reason: unknown) => reason,
    )
    expect(error).to.be.instanceOf(CryptsetupError).with.property('exitCode', 2)
  })

  it('adds nothing twice', async () => {
    const gate = new KeepingGate()
    const first = await add(gate)
    const second = await add(gate)
    expect(second).to.deep.equal({ ...first, added: false })
    expect(gate.deposits).to.have.length(1)
  })

  it('leaves the volume as it was when the server does not take the key', async () => {
    const before = (await readLuksHeader(volume.device)).keyslotDigest(0)
    const error: unknown = await add({ depositKey: () => Promise.reject(new GateError('refused', 'no')) }).catch(
      (reason: unknown) => reason,
    )
    expect(error).to.be.instanceOf(GateError).with.property('problem', 'refused')
    const after = await readLuksHeader(volume.device)
    expect(after.freeKeyslot).to.equal(1)
    expect(after.ownKeyslots).to.deep.equal([])
    expect(after.keyslotDigest(0)).to.deep.equal(before)
  })

  it('leaves the volume as it was when the existing key is wrong', async () => {
    const wrong = join(volume.folder, 'wrong.key')
    writeFileSync(wrong, randomBytes(32))
    const gate = new KeepingGate()
    const error: unknown = await add(gate, wrong).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(CryptsetupError)
    expect((error as Error).message).to.match(/the key given opens no keyslot|No key available/)
    expect(gate.deposits).to.have.length(0)
    expect((await readLuksHeader(volume.device)).freeKeyslot).to.equal(1)
  })

  it('takes back the keyslot that a crash left without an owner', async () => {
    const crash = { depositKey: () => new Promise<void>(() => undefined) }
    void add(crash)
    await until(async () => (await readLuksHeader(volume.device)).hasKeyslot(1))
    const gate = new KeepingGate()
    const added = await add(gate)
    expect(added.keyslot).to.equal(1)
    expect((await readLuksHeader(volume.device)).freeKeyslot).to.equal(2)
    await openVolume(await findVolume(volume.device, identity), gate.deposits[0]!.key, { test: true })
  })

  it('does not take a keyslot that somebody else made for one that a crash left', async () => {
    const crash = { depositKey: () => new Promise<void>(() => undefined) }
    void add(crash)
    await until(async () => (await readLuksHeader(volume.device)).hasKeyslot(1))
    await addKeyslot(volume.device, 2, randomBytes(32), volume.keyFile)
    await add(new KeepingGate())
    expect((await readLuksHeader(volume.device)).hasKeyslot(2)).to.equal(true)
  })

  it('does not find the volume of another machine, nor another volume in its place', async () => {
    await add(new KeepingGate())
    const stranger = { ...identity, machineId: new Uint8Array(16).fill(9) }
    for (const attempt of [
      findVolume(volume.device, stranger),
      findVolume(volume.device, identity, new Uint8Array(16)),
    ]) {
      expect(await attempt.catch((reason: unknown) => reason)).to.be.instanceOf(VolumeError)
    }
  })

  it('says in one line that a device is no LUKS volume', async () => {
    const error: unknown = await readLuksHeader(volume.keyFile).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(CryptsetupError)
    expect((error as CryptsetupError).message).to.contain('not a valid LUKS device')
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}
