import { expect } from 'chai'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { toHex } from '../../../core/bytes/index.ts'
import {
  ALG,
  type AuthSession,
  CreatePrimary,
  FlushContext,
  handleName,
  named,
  passwordSession,
  PCR_Event,
  PCR_Read,
  PolicyGetDigest,
  PolicyPCR,
  ReadPublic,
  RH,
  selectPcrs,
  srkTemplate,
  startSession,
  TpmClient,
} from '../../../core/tpm/index.ts'
import { random } from '../../unit/agent/vtpm/bench.ts'
import { Guest } from './guest.ts'
import { Scratch } from './scratch.ts'
import { firstLine, newTpmFolder, spawnAgent, TpmProcess } from './tpm-process.ts'

const empty = new Uint8Array(0)
const pcrs = [selectPcrs(ALG.sha256, [0, 1, 2, 3, 4, 5, 6, 7, 16])]

/** Our TPM in a process of its own, and a client that reaches it beside the machine. */
class Beside {
  readonly control: string
  readonly client: TpmClient
  readonly #transport: SwtpmTransport
  key = named(0)
  session: AuthSession | undefined

  constructor(folder: string) {
    this.control = join(folder, 'control')
    this.#transport = new SwtpmTransport({ kind: 'unix', path: join(folder, 'data') })
    this.client = new TpmClient(this.#transport)
  }

  async loadKey(): Promise<void> {
    this.key = await this.client.run(
      CreatePrimary,
      { primaryHandle: { ...named(RH.owner), auth: passwordSession(empty) } },
      { inSensitive: { userAuth: empty, data: empty }, inPublic: srkTemplate, outsideInfo: empty, creationPCR: [] },
    )
    const session = await startSession(this.client, { type: 'policy', hash: ALG.sha256, random })
    await this.client.run(PolicyPCR, { policySession: named(session.handle) }, { pcrDigest: empty, pcrs })
    this.session = session
  }

  /** All that a guest would find of what it left in its TPM. */
  async found(): Promise<string> {
    const { pcrValues } = await this.client.run(PCR_Read, {}, { pcrSelectionIn: pcrs })
    const { name } = await this.client.run(ReadPublic, { objectHandle: this.key }, {})
    const policySession = { handle: this.session?.handle ?? 0, name: handleName(this.session?.handle ?? 0) }
    const { policyDigest } = await this.client.run(PolicyGetDigest, { policySession }, {})
    return [...pcrValues, name, policyDigest].map(toHex).join()
  }

  async goOn(): Promise<void> {
    const pcrHandle = { ...named(16), auth: passwordSession(empty) }
    await this.client.run(PCR_Event, { pcrHandle }, { eventData: Uint8Array.of(1) })
    await this.client.run(FlushContext, {}, { flushHandle: this.key.handle })
  }

  close(): void {
    this.#transport.close()
  }
}

describe('a virtual machine of QEMU, saved and moved', function () {
  const scratch = new Scratch()
  const besides: Beside[] = []
  const guests: Guest[] = []

  afterEach(async () => {
    for (const each of besides.splice(0)) each.close()
    for (const each of guests.splice(0)) await each.ended('SIGKILL')
  })

  async function serve(folder: string): Promise<Beside> {
    newTpmFolder(folder)
    const child = spawnAgent(
      ['tpm', 'serve', '--state', join(folder, 'state'), '--state-key-file', join(folder, 'key')],
      ['--data', `unix:${join(folder, 'data')}`, '--control', `unix:${join(folder, 'control')}`],
    )
    await scratch.started(firstLine(child).then((line) => new TpmProcess(0, child, line)))
    const beside = new Beside(folder)
    besides.push(beside)
    return beside
  }
  function start(folder: string, device: string, { control }: Beside, more: readonly string[]): Guest {
    const guest = new Guest(folder, device, control, more)
    guests.push(guest)
    return guest
  }

  for (const device of ['tpm-crb', 'tpm-tis']) {
    it(`finds in its TPM behind ${device} what it left there when it was saved`, async () => {
      const folder = scratch.folder()
      const disk = join(folder, 'disk')
      writeFileSync(disk, new Uint8Array(1 << 20))
      const tpm = await serve(folder)
      const guest = start(folder, device, tpm, ['-drive', `if=virtio,id=disk,file=${disk},format=raw`])
      await guest.booted(1)
      await guest.tell('blockdev-snapshot-sync', { device: 'disk', 'snapshot-file': `${disk}.qcow2`, format: 'qcow2' })
      await tpm.loadKey()
      const left = await tpm.found()
      expect(await guest.monitor('savevm before')).to.equal('')
      await tpm.goOn()
      expect(await guest.monitor('loadvm before')).to.equal('')
      expect(await tpm.found()).to.equal(left)
      await guest.tell('system_reset')
      await guest.booted(2)
    })

    it(`finds in its TPM behind ${device} what it left there before it was moved`, async () => {
      const [from, to] = [scratch.folder(), scratch.folder()]
      const [source, target] = [await serve(from), await serve(to)]
      const stream = join(from, 'stream')
      const guest = start(from, device, source, [])
      await guest.booted(1)
      await source.loadKey()
      const left = await source.found()
      await guest.tell('migrate', { uri: `exec:cat >${stream}` })
      while (((await guest.tell('query-migrate')) as { status: string }).status !== 'completed');
      await guest.tell('quit')
      const moved = start(to, device, target, ['-incoming', `exec:cat ${stream}`])
      await moved.ready()
      while (((await moved.tell('query-status')) as { status: string }).status !== 'running');
      target.key = source.key
      target.session = source.session
      expect(await target.found()).to.equal(left)
    })
  }
})
