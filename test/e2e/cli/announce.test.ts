import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect } from 'chai'
import { runAgent } from '../flow/agent-process.ts'
import { type Program, Site } from '../server/server-process.ts'
import { CommandLine } from './command-line.ts'

const boot = resolve(import.meta.dirname, '../../vectors/sdboot-secureboot/eventlog.bin')
const commandLine = 'initrd=\\initrd.img console=ttyS0 panic=-1 quiet'
const another = 'ab'.repeat(32)

/** docs/operating.md, "Announced updates", typed: everything of a machine is updated at once. */
describe('bootlatch, before an update of everything', () => {
  let scratch: string
  let server: Program
  let cli: CommandLine
  let learnt: string
  const file = (name: string): string => join(scratch, name)
  const unlock = async () => (await runAgent(['unlock', '--state', file('machine'), '--replay', boot])).code
  const digestOf = (line: RegExp): string => line.exec(learnt)?.[1] ?? expect.fail(`${line} is not in ${learnt}`)
  const apply = async (name: string, document: string) => {
    writeFileSync(file(name), document)
    expect(await cli.run(['policy', 'apply', file(name)])).to.include({ code: 0 })
  }

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'bootlatch-announce-'))
    const site = await Site.create(scratch)
    server = site.start()
    await server.ready()
    cli = new CommandLine(site.path('data/operator.json'))
    const { out } = await cli.run(['machine', 'invite', 'web-1'])
    await runAgent(['enrol', '--state', file('machine'), '--token-file', '-'], { input: out })
    await cli.run(['machine', 'accept', 'web-1', '--yes'])
    expect(await unlock()).to.equal(3)
    learnt = (await cli.run(['policy', 'learn', 'web-1'])).out
  })
  after(async () => {
    server.child.kill('SIGTERM')
    await server.ended
    rmSync(scratch, { recursive: true })
  })

  it('boots only when kernel, firmware, signer and command line have each been announced, in one command each', async () => {
    const kernel = digestOf(/ kernelImage: .*"([0-9a-f]{64})"/)
    const firmware = digestOf(/ 0: \["([0-9a-f]{64})"\]/)
    const signer = digestOf(/authorities:\s+sha256:\s+- "([0-9a-f]{64})"/)
    const before = [kernel, firmware, signer].reduce((text, digest) => text.replaceAll(digest, another), learnt)
    await apply('web.yaml', before.replace(/(pcr: 12, event: 1, )sha256: \[[^\]]*\]/, '$1text: { equals: [rescue] }'))
    await apply(
      'ovmf.yaml',
      `kind: ReferenceValues\nname: ovmf\nsets: { pcr0: [{ version: "2", sha256: "${firmware}" }] }\n`,
    )
    expect(await unlock()).to.equal(3)

    const announcements = {
      kernel: ['--component', `kernelImage=${kernel}`],
      firmware: ['--pcr-reference', '0=ovmf/pcr0', '--reference-version', '2'],
      signer: ['--authority', signer],
      'command-line': ['--text', `loaderCommandLine=${commandLine}`],
    }
    for (const [name, options] of Object.entries(announcements)) {
      const announce = ['policy', 'announce', name, '--machine', 'web-1', ...options, '--for', '1h']
      expect(await unlock(), `without ${name}`).to.equal(3)
      const announced = await cli.run([...announce, '--boots', '1', '--reason', 'change 1234', '--yes'])
      expect(announced, announced.err).to.include({ code: 0 })
    }
    expect(await unlock()).to.equal(0)
    expect((await cli.run(['announcement', 'list'])).out.match(/web-1 \(\d+\)/g)).to.have.length(4)
    expect(await unlock(), 'once').to.equal(3)
  })

  it('takes the digest of the file that will be measured', async () => {
    writeFileSync(file('vmlinuz'), 'kernel')
    const announce = [
      'policy',
      'announce',
      'file',
      '--machine',
      'web-1',
      '--component-file',
      `kernelImage=${file('vmlinuz')}`,
    ]
    expect((await cli.run([...announce, '--for', '1h', '--reason', 'r', '-o', file('file.yaml')])).code).to.equal(0)
    expect(readFileSync(file('file.yaml'), 'utf8')).to.match(
      /kernelImage:\n +- version: announced\n +sha256: [0-9a-f]{64}/,
    )
    expect((await cli.run(['policy', 'preview', file('file.yaml')])).code).to.equal(0)
  })
})
