import { expect } from 'chai'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { toHex } from '../../../core/bytes/index.ts'
import {
  ALG,
  handleName,
  passwordSession,
  PCR_Extend,
  ReadClock,
  ReadPublic,
  TpmClient,
} from '../../../core/tpm/index.ts'
import { bootMedia } from '../../vm/boot-media.ts'
import { GuestPort } from '../../vm/guest-port.ts'
import { Libvirt } from './libvirt.ts'

const secret = '6dd3e4a5-1d76-44ce-961f-f119f5aad999'
const secretXml = `<secret private='yes'><uuid>${secret}</uuid><usage type='vtpm'><name>web-1</name></usage></secret>`
/** A PCR that firmware leaves alone. */
const ownPcr = 16
const rsaEk = { handle: 0x81010001, name: new Uint8Array(0) }

describe('libvirt that finds our stand-ins for swtpm', function () {
  this.timeout(400_000)
  let libvirt: Libvirt
  const sockets: Socket[] = []
  before(async () => {
    libvirt = await Libvirt.start()
  })
  after(async () => {
    for (const socket of sockets) socket.destroy()
    await libvirt.end()
  })

  /** Talks to the system of a machine; before it has started, or what it says first is lost. */
  async function port(): Promise<GuestPort> {
    const socket = connect(join(libvirt.folder, 'state/port'))
    sockets.push(socket)
    await once(socket, 'connect')
    return new GuestPort(socket, socket, () => Promise.resolve(new Error('the guest fell silent')))
  }

  it('starts, saves, restores, stops and starts a machine, and its TPM with it', async () => {
    const uuid = '6dd3e4a5-1d76-44ce-961f-f119f5aad935'
    const xml = await linuxMachine(libvirt, uuid)
    await libvirt.virsh('secret-define', libvirt.write('secret.xml', secretXml))
    await libvirt.virsh('secret-set-value', secret, '--plain', '--file', libvirt.write('secret', 'of web-1'))
    await libvirt.virsh('define', libvirt.write('web-1.xml', xml))
    await libvirt.virsh('start', 'web-1')
    const first = await port()
    const booted = await first.booted()
    expect(toHex(booted.pcrs.get(ALG.sha256)?.get(4) ?? new Uint8Array(0))).to.match(/[1-9a-f]/)
    expect(libvirt.tpmLog('web-1')).to.include('RSA 2048 EK with handle 0x81010001')
    const [ek, resets] = [await nameOfEk(first), await resetCount(first)]
    await extendOwn(first)
    const saved = join(libvirt.folder, 'state/saved')
    const before = await first.report()
    await libvirt.virsh('save', 'web-1', saved)

    await libvirt.virsh('restore', saved)
    const restored = await port()
    expect((await restored.report()).pcrs).to.deep.equal(before.pcrs)
    expect([await nameOfEk(restored), await resetCount(restored)]).to.deep.equal([ek, resets])
    restored.order('poweroff')
    while ((await libvirt.virsh('domstate', 'web-1')) !== 'shut off') continue

    await libvirt.virsh('start', 'web-1')
    const again = await port()
    expect((await again.booted()).pcrs).to.deep.equal(booted.pcrs)
    expect([await nameOfEk(again), await resetCount(again)]).to.deep.equal([ek, resets + 1])
    await libvirt.virsh('destroy', 'web-1')
    expect(existsSync(libvirt.tpmState(uuid))).to.equal(true)
    await libvirt.virsh('undefine', 'web-1')
    expect(existsSync(libvirt.tpmState(uuid))).to.equal(false)
  })

  it('keeps the TPM of a machine that it forgets, and chooses its PCR banks anew', async () => {
    const uuid = '6dd3e4a5-1d76-44ce-961f-f119f5aad936'
    const create = async (bank: string): Promise<void> => {
      await libvirt.virsh('create', libvirt.write('web-2.xml', transientMachine(uuid, bank)))
      await libvirt.virsh('destroy', 'web-2')
      expect(libvirt.tpmLog('web-2')).to.include(`activated PCR banks ${bank} among`)
    }
    await create('sha256')
    const made = readFileSync(libvirt.tpmState(uuid))
    const { ino } = statSync(libvirt.tpmState(uuid))
    await create('sha384')
    expect(statSync(libvirt.tpmState(uuid)).ino).to.equal(ino)
    expect(Buffer.compare(readFileSync(libvirt.tpmState(uuid)), made)).to.not.equal(0)
  })
})

const client = (port: GuestPort): TpmClient => new TpmClient(port.transport())

async function nameOfEk(port: GuestPort): Promise<string> {
  const { name } = await client(port).run(ReadPublic, { objectHandle: rsaEk }, {})
  return toHex(name)
}

async function resetCount(port: GuestPort): Promise<number> {
  const { currentTime } = await client(port).run(ReadClock, {}, {})
  return currentTime.clockInfo.resetCount
}

async function extendOwn(port: GuestPort): Promise<void> {
  const pcrHandle = { handle: ownPcr, name: handleName(ownPcr), auth: passwordSession() }
  const digests = [{ hashAlg: ALG.sha256, digest: new Uint8Array(32).fill(1) }]
  await client(port).run(PCR_Extend, { pcrHandle }, { digests })
}

/** A machine with the system of test/vm, behind SeaBIOS. */
async function linuxMachine(libvirt: Libvirt, uuid: string): Promise<string> {
  const { kernel, initrd } = await bootMedia('kernel')
  const boot = {
    kernel: libvirt.write('kernel', readFileSync(kernel)),
    initrd: libvirt.write('initrd', readFileSync(initrd)),
  }
  return machine({
    ...{ name: 'web-1', uuid, memoryMiB: 256 },
    os: `<kernel>${boot.kernel}</kernel><initrd>${boot.initrd}</initrd><cmdline>console=ttyS0 quiet</cmdline>`,
    devices: `
      <serial type='null'><target port='0'/></serial>
      <serial type='unix'><source mode='bind' path='${libvirt.folder}/state/port'/><target port='1'/></serial>
      <tpm model='tpm-crb'><backend type='emulator' version='2.0'><encryption secret='${secret}'/></backend></tpm>`,
  })
}

const transientMachine = (uuid: string, bank: string): string =>
  machine({
    ...{ name: 'web-2', uuid, memoryMiB: 64, os: '' },
    devices: `<tpm model='tpm-tis'><backend type='emulator' version='2.0' persistent_state='yes'>
      <active_pcr_banks><${bank}/></active_pcr_banks></backend></tpm>`,
  })

const machine = (its: {
  readonly name: string
  readonly uuid: string
  readonly memoryMiB: number
  readonly os: string
  readonly devices: string
}): string => `<domain type='qemu'>
  <name>${its.name}</name><uuid>${its.uuid}</uuid><memory unit='MiB'>${its.memoryMiB}</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type>${its.os}</os>
  <features><acpi/></features><cpu mode='maximum'/>
  <devices>${its.devices}<controller type='usb' model='none'/><memballoon model='none'/></devices>
</domain>`
