import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type BootName, bootNames, recordedLog, recordedPcrs } from '../../vectors/vectors.ts'
import { smallKernel, ukiImage } from '../core/boot/pe-builder.ts'

// Mocha requires its specs, and what is imported lazily below a required module is a second instance of it.
const { run } = await import('../../../cli/program.ts')

interface Outcome {
  readonly exit: number
  readonly out: string
  readonly err: string
}

/** A command line without a server. */
async function bootlatch(...commandLine: readonly string[]): Promise<Outcome> {
  let [out, err] = ['', '']
  const exit = await run(commandLine, {
    terminal: {
      out: (text) => (out += text),
      err: (text) => (err += text),
      outColours: false,
      errColours: false,
      columns: undefined,
      animated: false,
      ask: undefined,
    },
    env: {},
    nowMs: () => 0,
    readInput: () => Promise.resolve(''),
    version: '0.0.0',
  })
  return { exit, out, err }
}

const folder = mkdtempSync(join(tmpdir(), 'bootlatch-offline-'))
after(() => {
  rmSync(folder, { recursive: true })
})
function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const vector = (name: BootName): string => new URL(`../../vectors/${name}/eventlog.bin`, import.meta.url).pathname

describe('bootlatch eventlog replay', () => {
  for (const name of bootNames) {
    it(`prints the PCR values of a recorded boot, every bank: ${name}`, async () => {
      const { exit, out } = await bootlatch('eventlog', 'replay', vector(name), '--json')
      expect(exit).to.equal(0)
      const { pcrs, ...rest } = JSON.parse(out) as { pcrs: Record<string, Record<string, string>> }
      expect(rest).to.deep.equal({})
      for (const [bank, values] of Object.entries(recordedPcrs(name))) {
        expect({ ...pcrs[bank], 10: '' }).to.deep.equal({ ...values, 10: '' })
      }
    })
  }

  it('shows them to a person', async () => {
    const { out } = await bootlatch('eventlog', 'replay', vector('uki'))
    expect(out).to.match(/^sha256$/m)
    expect(out).to.include(recordedPcrs('uki')['sha256']!['11'])
  })

  it('goes on with a userspace log', async () => {
    const digest = '11'.repeat(32)
    const digests = ['sha1', 'sha256', 'sha384', 'sha512'].map((hashAlg, i) => ({
      hashAlg,
      digest: '11'.repeat([20, 32, 48, 64][i]!),
    }))
    const userspace = file('measure.log', `\u001e${JSON.stringify({ pcr: 15, digests })}\n`)
    const { out } = await bootlatch('eventlog', 'replay', vector('uki'), '--userspace', userspace, '--json')
    const { pcrs } = JSON.parse(out) as { pcrs: Record<string, Record<string, string>> }
    expect(pcrs['sha256']!['15']).not.to.equal('00'.repeat(32))
    expect(digest).to.have.length(64)
    expect(pcrs['sha256']!['11']).to.equal(recordedPcrs('uki')['sha256']!['11'])
  })

  it('refuses a log that is cut off, and says where', async () => {
    const path = file('cut.bin', recordedLog('uki').slice(0, 1000))
    const { exit, out, err } = await bootlatch('eventlog', 'replay', path, '--json')
    expect({ exit, out }).to.deep.equal({ exit: 1, out: '' })
    expect(JSON.parse(err)).to.have.nested.property('error.code', 'log/malformed')
    expect(err).to.include('events.5.digests')
  })

  it('names the userspace log when that is malformed', async () => {
    const path = file('bad.log', 'x')
    const { exit, err } = await bootlatch('eventlog', 'replay', vector('uki'), '--userspace', path)
    expect(exit).to.equal(1)
    expect(err).to.include(`${path}: records.0`)
  })

  it('refuses a file that is not there', async () => {
    const { exit, err } = await bootlatch('eventlog', 'replay', join(folder, 'none'))
    expect(exit).to.equal(1)
    expect(err).to.include('ENOENT')
  })
})

describe('bootlatch eventlog show', () => {
  it('lists number, PCR, type, digest and what the event says, all of it marked untrusted', async () => {
    const { exit, out } = await bootlatch('eventlog', 'show', vector('uki-secureboot'))
    expect(exit).to.equal(0)
    const lines = out.trimEnd().split('\n')
    expect(lines).to.have.length(37)
    expect(lines[0]).to.match(/^NO +PCR +TYPE \(untrusted\) +DIGEST \(sha256\) +SAYS OF ITSELF \(untrusted\)$/)
    expect(lines[22]).to.match(/^22 +7 +EV_EFI_VARIABLE_AUTHORITY +3e45733d81577680[0-9a-f]{48} +db /)
  })

  it('warns of an event that was relabelled', async () => {
    const log = recordedLog('uki')
    const text = new TextDecoder('latin1').decode(log).indexOf('Exit Boot Services Invocation')
    log[text] = 'X'.charCodeAt(0)
    const { out } = await bootlatch('eventlog', 'show', file('relabelled.bin', log))
    expect(out.match(/its digest is of something else/g)).to.have.length(1)
    expect(out).to.match(/^35 .*Xxit Boot Services Invocation \(its digest is of something else\)$/m)
  })

  it('gives the same as JSON', async () => {
    const { out } = await bootlatch('eventlog', 'show', vector('direct-kernel'), '--json')
    const shown = JSON.parse(out) as { kind: string; banks: string[]; events: Record<string, unknown>[] }
    expect(shown.kind).to.equal('crypto-agile')
    expect(shown.banks).to.deep.equal(['sha1', 'sha256', 'sha384', 'sha512'])
    expect(shown.events).to.have.length(24)
    expect(shown.events[3]).to.include({ index: 4, pcr: 7, untrustedTypeName: 'EV_EFI_VARIABLE_DRIVER_CONFIG' })
    expect(shown.events[3])
      .to.have.nested.property('digests.sha256')
      .that.matches(/^115aa827dbccfb44/)
  })
})

describe('bootlatch measure', () => {
  const uki = ukiImage([
    { name: '.linux', content: smallKernel },
    { name: '.cmdline', content: 'quiet' },
  ])

  it('prints events and PCR values that are those of the log it writes', async () => {
    file('linux.efi', uki)
    const description = file('uki.yaml', 'kind: BootDescription\nuki: { image: linux.efi }\n')
    const log = join(folder, 'written.log')
    const measured = await bootlatch('measure', description, '--log-out', log, '--json')
    const replayed = await bootlatch('eventlog', 'replay', log, '--json')
    const { events, pcrs } = JSON.parse(measured.out) as { events: unknown[]; pcrs: unknown }
    expect(events).to.have.length(18)
    expect(JSON.parse(replayed.out)).to.deep.equal({ pcrs })
    expect(readFileSync(log).length).to.be.greaterThan(1000)
  })

  it('shows the banks asked for to a person', async () => {
    file('vmlinuz', smallKernel)
    const description = file('kernel.yaml', 'kind: BootDescription\nkernel: { image: vmlinuz, commandLine: quiet }\n')
    const { exit, out } = await bootlatch('measure', description, '--bank', 'sha384')
    expect(exit).to.equal(0)
    expect(out).to.match(/^sha384$/m)
    expect(out).not.to.match(/^sha256$/m)
    expect(out).to.include('LOADED_IMAGE::LoadOptions')
  })

  const refused = [
    {
      name: 'an unknown key',
      text: 'kind: BootDescription\nuki:\n  image: linux.efi\n  colour: red\n',
      exit: 1,
      says: ':4:3: ',
    },
    {
      name: 'a file that is no image',
      text: 'kind: BootDescription\nkernel: { image: refused.yaml }\n',
      exit: 1,
      says: 'refused.yaml: ',
    },
    {
      name: 'a file that is not there',
      text: 'kind: BootDescription\nkernel: { image: none }\n',
      exit: 1,
      says: 'ENOENT',
    },
  ]
  for (const { name, text, exit, says } of refused) {
    it(`refuses ${name}`, async () => {
      const outcome = await bootlatch('measure', file('refused.yaml', text))
      expect(outcome).to.include({ exit, out: '' })
      expect(outcome.err).to.include(says)
    })
  }

  it('refuses a bank that there is not', async () => {
    const outcome = await bootlatch('measure', file('any.yaml', ''), '--bank', 'md5')
    expect(outcome.exit).to.equal(2)
    expect(outcome.err).to.include('md5')
  })
})
