import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  encodeStartupLocality,
  EV,
  type Event,
  parseEventLog,
  replay,
  writeEventLog,
} from '../../../core/eventlog/index.ts'
import { toHex } from '../../../core/bytes/index.ts'
import { smallKernel } from '../../unit/core/boot/pe-builder.ts'
import { recordedLog, recordedPcrs } from '../../vectors/vectors.ts'
import { newTpmFolder, outcome, serveTpm, spawnAgent, startSwtpm, type TpmProcess } from '../tpm-tools/tpm-process.ts'

interface Printed {
  readonly pcrs: Readonly<Record<string, Readonly<Record<string, string>>>>
}
const vector = new URL('../../vectors/uki-secureboot/eventlog.bin', import.meta.url).pathname
const recorded = recordedPcrs('uki-secureboot')

describe('bootlatch-agent boot', () => {
  let folder: string
  let tpm: TpmProcess | undefined
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bootlatch-boot-'))))
  afterEach(async () => {
    await tpm?.end('SIGTERM')
    tpm = undefined
    rmSync(folder, { recursive: true })
  })

  async function served(): Promise<TpmProcess> {
    newTpmFolder(folder)
    return serveTpm(folder)
  }
  async function boot(...options: readonly string[]): ReturnType<typeof outcome> {
    return outcome(spawnAgent(['boot'], options))
  }
  const address = (): string => `swtpm:127.0.0.1:${tpm?.port ?? 0}`

  for (const [name, start] of [
    ['our own TPM', served],
    ['swtpm', () => startSwtpm(folder)],
  ] as const) {
    it(`measures a recorded boot into ${name} and writes its log`, async () => {
      tpm = await start()
      const log = join(folder, 'written.log')
      const { code, stdout, stderr } = await boot('--replay', vector, '--tpm', address(), '--log-out', log, '--json')
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' })

      const { pcrs } = JSON.parse(stdout) as Printed
      expect(Object.keys(pcrs)).to.have.members(['sha1', 'sha256', 'sha384', 'sha512'])
      for (const [bank, values] of Object.entries(pcrs)) {
        expect({ ...values, 10: '' }).to.deep.equal({ ...recorded[bank], 10: '' })
      }
      expect(new Uint8Array(readFileSync(log))).to.deep.equal(recordedLog('uki-secureboot'))
    })
  }

  for (const [name, start] of [
    ['our own TPM', served],
    ['swtpm', () => startSwtpm(folder)],
  ] as const) {
    it(`starts ${name} at locality 3 where the log does`, async () => {
      tpm = await start()
      const log = parseEventLog(recordedLog('uki'))
      const startup: Event = {
        index: 1,
        pcr: 0,
        untrustedType: EV.NO_ACTION,
        digests: new Map(log.algorithms.map(({ id, digestSize }) => [id, new Uint8Array(digestSize)])),
        untrustedData: encodeStartupLocality(3),
      }
      const path = join(folder, 'locality.log')
      writeFileSync(path, writeEventLog({ ...log, events: [startup, ...log.events] }))
      const { code, stdout } = await boot('--replay', path, '--tpm', address(), '--json')
      expect(code).to.equal(0)
      const expected = replay({ ...log, events: [startup, ...log.events] }).get(0x000b)
      expect((JSON.parse(stdout) as Printed).pcrs['sha256']!['0']).to.equal(toHex(expected!.get(0)!))
    })
  }

  it('measures a described boot, and refuses to measure it twice', async () => {
    tpm = await served()
    writeFileSync(join(folder, 'vmlinuz'), smallKernel)
    const description = join(folder, 'boot.yaml')
    writeFileSync(description, 'kind: BootDescription\nkernel: { image: vmlinuz, commandLine: quiet }\n')
    const log = join(folder, 'written.log')
    const first = await boot('--description', description, '--tpm', address(), '--log-out', log, '--json')
    expect(first.code).to.equal(0)
    const expected = replay(parseEventLog(new Uint8Array(readFileSync(log)))).get(0x000b)
    expect((JSON.parse(first.stdout) as Printed).pcrs['sha256']!['9']).to.equal(toHex(expected!.get(9)!))

    const second = await boot('--description', description, '--tpm', address())
    expect(second).to.deep.include({ code: 1, stdout: '' })
    expect(second.stderr).to.match(/PCR \d+ was extended before this boot/)
  })

  it('ends with 1 where no TPM is, and with 2 for a command line that names none', async () => {
    tpm = await served()
    const gone = address()
    await tpm.end('SIGTERM')
    expect((await boot('--replay', vector, '--tpm', gone)).code).to.equal(1)
    expect((await boot('--replay', vector, '--tpm', 'nowhere')).code).to.equal(2)
    expect((await boot('--tpm', gone)).code).to.equal(2)
    expect((await boot('--replay', vector, '--description', vector, '--tpm', gone)).code).to.equal(2)
  })

  it('says which file of a description is wrong, and where', async () => {
    const description = join(folder, 'boot.yaml')
    writeFileSync(description, 'kind: BootDescription\nkernel: { image: boot.yaml }\n')
    const { code, stderr } = await boot('--description', description, '--tpm', 'swtpm:127.0.0.1:9')
    expect(code).to.equal(1)
    expect(stderr).to.include('boot.yaml: dosHeader: no PE image')
    expect(stderr).not.to.include('    at ')
  })
})
