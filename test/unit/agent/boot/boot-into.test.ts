import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Command } from 'commander'
import { addBootCommand } from '../../../../agent/boot/index.ts'
import { bootInto, describeBootFailure, type BootRun } from '../../../../agent/boot/boot-into.ts'
import { MeasureError } from '../../../../agent/boot/measure-error.ts'
import { SerialTpm } from '../../../../agent/channel/serial-tpm.ts'
import { serveSwtpm, type SwtpmServer } from '../../../../agent/channel/swtpm-server.ts'
import { manufacture, MemoryStorage, Tpm } from '../../../../agent/vtpm/index.ts'
import { toHex } from '../../../../core/bytes/index.ts'
import { encodeStartupLocality, EV, replay, writeEventLog } from '../../../../core/eventlog/index.ts'
import { recordedLog, recordedPcrs } from '../../../vectors/vectors.ts'
import { logOf } from '../../core/eventlog/log-builder.ts'

const vector = new URL('../../../vectors/uki/eventlog.bin', import.meta.url).pathname
const identity = { manufacturer: 0, firmwareVersion: 0, model: 'test' }

describe('bootInto', () => {
  let folder: string
  let server: SwtpmServer
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-boot-'))
    const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
    const tpm = Tpm.open({ storage: new MemoryStorage(manufacture({ random })), random, clock: () => 0 })
    tpm.powerOn()
    server = await serveSwtpm(new SerialTpm(tpm), {
      data: { kind: 'unix', path: join(folder, 'data') },
      control: { kind: 'unix', path: join(folder, 'control') },
      identity,
      onShutdown: () => undefined,
    })
  })
  afterEach(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  /** What a run prints on stdout. */
  async function printed(run: Omit<BootRun, 'tpm'>): Promise<string> {
    let text = ''
    await bootInto({ ...run, tpm: `swtpm:unix:${join(folder, 'data')}` }, (part) => (text += part))
    return text
  }

  it('prints the PCRs of a recorded boot as JSON and writes its log', async () => {
    const logOut = join(folder, 'written')
    const { pcrs } = JSON.parse(await printed({ replay: vector, json: true, logOut })) as {
      pcrs: Record<string, Record<string, string>>
    }
    expect({ ...pcrs['sha384'], 10: '' }).to.deep.equal({ ...recordedPcrs('uki')['sha384'], 10: '' })
    expect(new Uint8Array(readFileSync(logOut))).to.deep.equal(recordedLog('uki'))
  })

  it('prints them for a person', async () => {
    const text = await printed({ replay: vector })
    expect(text).to.match(/^sha256$/m)
    expect(text).to.include(`  11  ${recordedPcrs('uki')['sha256']!['11']!}\n`)
  })

  it('sets the locality by the control socket', async () => {
    const log = logOf(
      ['sha256'],
      [
        { pcr: 0, type: EV.NO_ACTION, data: encodeStartupLocality(3) },
        { pcr: 0, type: EV.S_CRTM_VERSION, data: 'crtm' },
      ],
    )
    const path = join(folder, 'locality')
    writeFileSync(path, writeEventLog(log))
    const text = await printed({ replay: path, control: `unix:${join(folder, 'control')}` })
    expect(text).to.include(`   0  ${toHex(replay(log).get(0x000b)!.get(0)!)}\n`)
  })

  it('says that it cannot where there is no control socket', async () => {
    const path = join(folder, 'locality')
    writeFileSync(
      path,
      writeEventLog(logOf(['sha256'], [{ pcr: 0, type: EV.NO_ACTION, data: encodeStartupLocality(3) }])),
    )
    const error = await printed({ replay: path }).catch((caught: unknown) => caught)
    expect(error).to.be.instanceOf(MeasureError).with.property('problem', 'locality')
    const unreachable = await printed({ replay: path, control: 'unix:/nowhere' }).catch((caught: unknown) => caught)
    expect(describeBootFailure(unreachable)).to.deep.include({ exitCode: 1 })
  })
})

describe('describeBootFailure', () => {
  it('tells a wrong command line from a boot that was not measured, and neither from a mistake of ours', async () => {
    const wrong = await bootInto({ replay: vector, tpm: 'nowhere' }, () => undefined).catch((caught: unknown) => caught)
    expect(describeBootFailure(wrong)).to.include({ exitCode: 2 })
    expect(describeBootFailure(new MeasureError('used', 'PCR 4'))).to.deep.equal({ message: 'PCR 4', exitCode: 1 })
    expect(describeBootFailure(new TypeError('x'))).to.equal(undefined)
  })
})

describe('bootlatch-agent boot', () => {
  async function exitOf(...args: readonly string[]): Promise<number> {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
    addBootCommand(program)
    for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined })
    return program.parseAsync(['boot', ...args], { from: 'user' }).then(
      () => 0,
      (error: unknown) => (error as { readonly exitCode: number }).exitCode,
    )
  }

  it('wants one boot', async () => {
    expect(await exitOf('--tpm', 'device:/nowhere')).to.equal(2)
    expect(await exitOf('--tpm', 'nowhere', '--replay', vector)).to.equal(2)
    expect(await exitOf('--tpm', 'device:/nowhere', '--replay', vector)).to.equal(1)
  })
})
