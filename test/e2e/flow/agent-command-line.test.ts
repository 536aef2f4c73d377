import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAgent } from './agent-process.ts'

describe('the command line of bootlatch-agent', () => {
  let folder: string
  before(() => (folder = mkdtempSync(join(tmpdir(), 'bootlatch-agent-'))))
  after(() => {
    rmSync(folder, { recursive: true })
  })

  const log = 'test/vectors/uki/eventlog.bin'
  const state = () => ['--state', join(folder, 'state')]
  const volume = (text: string) => ['unlock', '--replay', log, '--volume', text]

  const rows: readonly { name: string; args: () => readonly string[]; code: number; says: RegExp }[] = [
    { name: 'no command', args: () => [], code: 2, says: /Commands:/ },
    { name: 'an unknown command', args: () => ['unlok'], code: 2, says: /unknown command/ },
    { name: 'an unknown option', args: () => ['unlock', '--frobnicate'], code: 2, says: /unknown option/ },
    {
      name: 'neither a description nor a log nor a TPM',
      args: () => ['unlock'],
      code: 2,
      says: /one of --boot, --replay and --tpm/,
    },
    {
      name: 'a TPM that firmware measured into, and a log to be measured',
      args: () => ['unlock', '--tpm', 'device:/dev/tpmrm0', '--replay', log],
      code: 2,
      says: /cannot be used with/,
    },
    {
      name: 'a userspace log of a boot that the agent measures',
      args: () => ['unlock', '--replay', log, '--userspace-log', log],
      code: 2,
      says: /cannot be used with/,
    },
    { name: 'a TPM that is nowhere', args: () => ['unlock', '--tpm', 'here'], code: 2, says: /--tpm/ },
    {
      name: 'a TPM that does not answer',
      args: () => ['unlock', ...state(), '--tpm', `device:${join(folder, 'none')}`],
      code: 1,
      says: /cannot open/,
    },
    {
      name: 'both of them',
      args: () => ['unlock', '--boot', 'a', '--replay', 'b'],
      code: 2,
      says: /cannot be used with/,
    },
    { name: 'a wait that is no number', args: () => ['unlock', '--wait', 'long'], code: 2, says: /seconds/ },
    {
      name: 'a volume without a device',
      args: () => volume('11e53cb6-d1b5-4e19-90e5-35cfff6a68af'),
      code: 2,
      says: /UUID=DEVICE/,
    },
    {
      name: 'a volume that is no UUID',
      args: () => volume(`${'-'.repeat(36)}=/dev/vda`),
      code: 2,
      says: /UUID=DEVICE/,
    },
    {
      name: 'a log that is not there',
      args: () => ['unlock', '--replay', 'none'],
      code: 1,
      says: /none: no such file or folder/,
    },
    {
      name: 'a machine that is not enrolled',
      args: () => ['unlock', ...state(), '--replay', log],
      code: 1,
      says: /not enrolled/,
    },
    {
      name: 'a log that is none',
      args: () => ['unlock', ...state(), '--replay', import.meta.filename],
      code: 1,
      says: /agent-command-line\.test\.ts: is no event log: /,
    },
    { name: 'the status of no machine', args: () => ['status', ...state()], code: 1, says: /not enrolled/ },
    {
      name: 'a join token that is none',
      args: () => ['enrol', ...state(), '--token-file', '-'],
      code: 1,
      says: /-: holds no join token \(JoinToken.*'bootlatch machine invite' makes another/,
    },
  ]
  for (const { name, args, code, says } of rows) {
    it(`ends with ${code} for ${name}, and no stack trace`, async () => {
      const ended = await runAgent(args(), { input: 'no token' })
      expect(ended.code).to.equal(code)
      expect(ended.stderr)
        .to.match(says)
        .and.not.match(/\n\s+at /)
      expect(ended.stdout).to.equal('')
    })
  }

  it('says in JSON what went wrong, where JSON was asked for', async () => {
    writeFileSync(join(folder, 'broken.bin'), 'not a log')
    const ended = await runAgent(['unlock', ...state(), '--replay', join(folder, 'broken.bin'), '--json'])
    expect(ended.code).to.equal(1)
    expect(JSON.parse(ended.stdout)).to.include({ outcome: 'error' })
  })
})
