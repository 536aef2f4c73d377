import { expect } from 'chai'
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { TpmClient } from '../../../core/tpm/index.ts'
import { Scratch } from '../tpm-tools/scratch.ts'
import { freePort } from '../tpm-tools/tpm-process.ts'
import { inventory } from './inventory.ts'
import { type Outcome, runStandIn, runTool, standIn } from './programs.ts'

describe('the stand-in for swtpm_setup', () => {
  const scratch = new Scratch()
  const formerAuthority = process.env['BOOTLATCH_TPM_CA']

  before(() => {
    process.env['BOOTLATCH_TPM_CA'] = join(scratch.folder(), 'ca')
  })
  after(() => {
    if (formerAuthority === undefined) delete process.env['BOOTLATCH_TPM_CA']
    else process.env['BOOTLATCH_TPM_CA'] = formerAuthority
  })

  function newState(): { readonly folder: string; readonly state: string; readonly secret: string } {
    const folder = scratch.folder()
    const [state, secret] = [join(folder, 'state'), join(folder, 'secret')]
    mkdirSync(state)
    writeFileSync(secret, 'a secret of libvirt')
    return { folder, state, secret }
  }
  const setUp = (state: string, ...more: readonly string[]): Outcome =>
    runStandIn('swtpm_setup', ['--tpm2', '--tpm-state', state, ...more])

  it('says what it can, and no more than swtpm_setup', () => {
    const asked = runStandIn('swtpm_setup', ['--tpm2', '--print-capabilities'])
    const { type, features } = JSON.parse(asked.stdout) as { type: string; features: readonly string[] }
    const known = runTool('swtpm_setup', ['--tpm2', '--print-capabilities']).stdout
    expect(type).to.equal('swtpm_setup')
    for (const feature of features) expect(known).to.include(`"${feature}"`)
    expect(runStandIn('swtpm_setup', ['--help']).stdout).to.include('--pcr-banks')
    expect(runStandIn('swtpm_setup', ['--version']).stdout).to.match(/^TPM emulator setup tool version 0\.7\.1/)
  })

  it('makes a TPM as libvirt asks for it, and swtpm serves it by the same secret', async () => {
    const { folder, state, secret } = newState()
    const log = join(folder, 'log')
    const made = setUp(
      state,
      ...['--vmid', 'web-1:5f1c', '--pwdfile', secret, '--cipher', 'aes-256-cbc', '--logfile', log],
      ...['--createek', '--create-ek-cert', '--create-platform-cert', '--lock-nvram', '--not-overwrite'],
    )
    expect(made).to.deep.equal({ code: 0, stdout: '', stderr: '' })
    expect(readFileSync(log, 'utf8')).to.include('0x81010001')
    expect(setUp(state, '--createek', '--not-overwrite').code).to.equal(0)
    const port = await freePort()
    const [control, pid] = [join(folder, 'control'), join(folder, 'pid')]
    const served = runStandIn('swtpm', [
      ...['socket', '--tpm2', '--tpmstate', `dir=${state}`, '--key', `pwdfile=${secret},mode=aes-256-cbc`],
      ...['--server', `type=tcp,port=${port}`, '--ctrl', `type=tcp,port=${port + 1}`, '--flags', 'startup-clear'],
      ...['--pid', `file=${pid}`, '--daemon'],
    ])
    expect(served).to.deep.equal({ code: 0, stdout: '', stderr: '' })
    try {
      const tool = (name: string, ...args: readonly string[]): string => {
        const { code, stdout, stderr } = runTool(`tpm2_${name}`, args, {
          TPM2TOOLS_TCTI: `swtpm:host=127.0.0.1,port=${port}`,
        })
        expect(code, stderr).to.equal(0)
        return stdout
      }
      const at = (name: string): string => join(folder, name)
      for (const [kind, handle, nvIndex] of [
        ['rsa', '0x81010001', '0x01c00002'],
        ['ecc384', '0x81010016', '0x01c00016'],
      ] as const) {
        tool('readpublic', '-c', handle, '-f', 'pem', '-o', at('kept.pem'))
        tool('createek', '-G', kind, '-c', at('ek.ctx'), '-f', 'pem', '-u', at('made.pem'))
        expect(readFileSync(at('made.pem'), 'utf8')).to.equal(readFileSync(at('kept.pem'), 'utf8'))
        tool('nvread', nvIndex, '-o', at('ek.der'))
        const certificate = new X509Certificate(readFileSync(at('ek.der')))
        expect(certificate.publicKey.export({ type: 'spki', format: 'pem' })).to.equal(
          readFileSync(at('made.pem'), 'utf8'),
        )
        expect(certificate.subject).to.equal('CN=web-1:5f1c')
        tool('flushcontext', '-t')
      }
      expect(tool('getcap', 'pcrs')).to.match(/sha1: \[ \][^]*sha256: \[ 0,[^]*sha384: \[ \]/)
    } finally {
      runTool('swtpm_ioctl', ['--tcp', `127.0.0.1:${port + 1}`, '-s'])
    }
    while (existsSync(control) || existsSync(pid)) await new Promise(setImmediate)
  })

  for (const options of [
    ['--createek', '--create-spk', '--rsa-keysize', '3072', '--pcr-banks', 'sha384,sha1,md5'],
    ['--createek', '--create-spk', '--ecc', '--allow-signing'],
    ['--createek', '--create-spk', '--allow-signing', '--decryption', '--pcr-banks', '-'],
  ])
    it(`makes what swtpm_setup makes of ${options.join(' ')}`, async () => {
      const own = newState()
      expect(setUp(own.state, ...options).code).to.equal(0)
      const reference = newState()
      const asRoot = process.getuid?.() === 0 ? ['--runas', 'root'] : []
      const made = runTool('swtpm_setup', ['--tpm2', '--tpm-state', reference.state, ...asRoot, ...options])
      expect(made.code, made.stderr).to.equal(0)
      const [ours, theirs] = [
        await withServed(own, standIn('swtpm'), inventory),
        await withServed(reference, ['swtpm'], inventory),
      ]
      expect(ours).to.deep.equal(theirs)
      expect(Object.keys(ours.keys)).to.have.length(3)
    })

  /** Serves the TPM of a folder, started up, while it is used. */
  async function withServed<T>(
    { folder, state }: { readonly folder: string; readonly state: string },
    [program = '', ...first]: readonly string[],
    use: (client: TpmClient) => Promise<T>,
  ): Promise<T> {
    const at = (name: string): string => join(folder, name)
    const sockets = ['--server', `type=unixio,path=${at('data')}`, '--ctrl', `type=unixio,path=${at('control')}`]
    const options = ['--flags', 'startup-clear', '--log', 'file=-', '--daemon', '--pid', `file=${at('pid')}`]
    const served = runTool(program, [
      ...first,
      'socket',
      '--tpm2',
      '--tpmstate',
      `dir=${state}`,
      ...sockets,
      ...options,
    ])
    expect(served.code, served.stderr).to.equal(0)
    const transport = new SwtpmTransport({ kind: 'unix', path: at('data') })
    try {
      return await use(new TpmClient(transport))
    } finally {
      transport.close()
      runTool('swtpm_ioctl', ['--unix', at('control'), '-s'])
    }
  }

  for (const [what, args, words] of [
    ['a TPM 1.2', ['--tpm-state', '/tmp'], '--tpm2'],
    ['no folder', ['--tpm2'], '--tpm-state'],
    ['an option nobody knows', ['--tpm2', '--tpm-state', '/tmp', '--bogus'], '--bogus'],
    ['an RSA key of a size without a profile', ['--tpm2', '--tpm-state', '/tmp', '--rsa-keysize', '4096'], '4096'],
    ['to take ownership', ['--tpm2', '--tpm-state', '/tmp', '--take-ownership'], 'TPM 2'],
    ['banks that nobody has', ['--tpm2', '--tpm-state', '/tmp', '--pcr-banks', 'sha3,md5'], 'No PCR banks'],
    ['a state in one file', ['--tpm2', '--tpm-state', 'file:///tmp/state'], 'file:///tmp/state'],
  ] as const)
    it(`refuses ${what}, in words`, () => {
      const { code, stderr } = runStandIn('swtpm_setup', args)
      expect(code).to.equal(1)
      expect(stderr).to.match(/^swtpm_setup: .*\n$/)
      expect(stderr).to.include(words)
    })
})
