import { expect } from 'chai'
import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SocketClient } from '../../unit/agent/channel/socket-client.ts'
import { Guest } from '../tpm-tools/guest.ts'
import { Scratch } from '../tpm-tools/scratch.ts'
import { freePort, TpmProcess } from '../tpm-tools/tpm-process.ts'
import { type Outcome, runStandIn, runTool, startStandIn } from './programs.ts'

const key = '5a'.repeat(32)

describe('the stand-in for swtpm', () => {
  const scratch = new Scratch()

  interface Place {
    readonly folder: string
    readonly state: string
    readonly control: string
    readonly data: string
    readonly pid: string
    readonly options: readonly string[]
  }

  function newPlace(): Place {
    const folder = scratch.folder()
    const [state, control, data, pid] = ['state', 'control', 'data', 'pid'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ]
    mkdirSync(state)
    writeFileSync(join(folder, 'key'), key)
    const options = ['socket', '--tpm2', '--tpmstate', `dir=${state}`, '--key', `file=${folder}/key,mode=aes-256-cbc`]
    return { folder, state, control, data, pid, options }
  }

  /** Starts it in the background, with both its sockets. */
  function daemon({ options, control, data, pid }: Place, ...more: readonly string[]): number {
    const sockets = ['--ctrl', `type=unixio,path=${control},mode=0660`, '--server', `type=unixio,path=${data}`]
    const started = runStandIn('swtpm', [...options, ...sockets, '--pid', `file=${pid}`, '--daemon', ...more])
    expect(started).to.deep.equal({ code: 0, stdout: '', stderr: '' })
    return Number(readFileSync(pid, 'utf8'))
  }
  /** What swtpm finds in the folder. */
  const theirStates = ({ state }: Place): string =>
    runTool('swtpm', ['socket', '--tpm2', '--tpmstate', `dir=${state}`, '--print-states']).stdout
  const ioctl = (place: Place, ...args: readonly string[]): Outcome =>
    runTool('swtpm_ioctl', ['--unix', place.control, ...args])
  /** Waits for the end of a process that is nobody's child here. */
  async function gone(pid: number): Promise<void> {
    while (existsSync(`/proc/${pid}`)) await new Promise(setImmediate)
  }

  it('says what it can, as programs ask before they use an option', () => {
    const asked = runStandIn('swtpm', ['socket', '--print-capabilities'])
    const { type, features } = JSON.parse(asked.stdout) as { type: string; features: readonly string[] }
    expect(type).to.equal('swtpm')
    const known = JSON.parse(runTool('swtpm', ['socket', '--tpm2', '--print-capabilities']).stdout) as {
      features: readonly string[]
    }
    expect(known.features.filter((feature) => !features.includes(feature))).to.deep.equal([
      'tpm-1.2',
      'nvram-backend-file',
    ])
    expect(runStandIn('swtpm', ['--version']).stdout).to.match(/^TPM emulator version 0\.7\.1/)
    expect(runStandIn('swtpm', ['socket', '--help']).stdout).to.include('--tpmstate')
  })

  for (const [what, args, words] of [
    ['nothing', [], 'Missing TPM interface type'],
    ['a device', ['cuse', '-n', 'tpm'], "Unsupported TPM interface type 'cuse'"],
    ['an option nobody knows', ['socket', '--tpm2', '--tpmstate', 'dir=/tmp', '--bogus'], '--bogus'],
    ['nothing to serve', ['socket', '--tpm2', '--tpmstate', 'dir=/tmp'], '--ctrl'],
    ['no folder', ['socket', '--tpm2', '--ctrl', 'type=tcp,port=1'], '--tpmstate'],
    ['a TPM 1.2', ['socket', '--tpmstate', 'dir=/tmp', '--ctrl', 'type=tcp,port=1'], '--tpm2'],
  ] as const)
    it(`refuses ${what}, in words`, () => {
      const { code, stderr } = runStandIn('swtpm', args)
      expect(code).to.equal(1)
      expect(stderr).to.match(/^swtpm: .*\n$/)
      expect(stderr).to.include(words)
    })

  it('serves in the background until it is shut down, and leaves nothing but its state', async () => {
    const place = newPlace()
    const pid = daemon(place)
    expect(statSync(place.control).mode & 0o777).to.equal(0o660)
    expect(ioctl(place, '-s').code).to.equal(0)
    await gone(pid)
    for (const left of [place.pid, place.control, place.data]) expect(existsSync(left), left).to.equal(false)
    const ours = runStandIn('swtpm', [...place.options, '--print-states'])
    expect(ours).to.deep.equal({ code: 0, stdout: `${theirStates(place)}\n`, stderr: '' })
    expect(ours.stdout).to.include('permall')
  })

  it('answers every request of swtpm_ioctl', async () => {
    const place = newPlace()
    const pid = daemon(place)
    const expected: readonly (readonly [readonly string[], string])[] = [
      [['-c'], 'ptm capability is 0x1ffff'],
      [['-i'], ''],
      [['-g'], '0x1'],
      [['-e'], 'tpmEstablished is 0'],
      [['-h', 'abc'], ''],
      [['-e'], 'tpmEstablished is 1'],
      [['-r', '3'], ''],
      [['-e'], 'tpmEstablished is 0'],
      [['-l', '4'], ''],
      [['-C'], ''],
      [['-v'], ''],
      [['--info', '1'], '"revision":164'],
      [['--save', 'permanent', join(place.folder, 'permanent')], ''],
      [['--save', 'volatile', join(place.folder, 'volatile')], ''],
      [['--stop'], ''],
      [['-b', '3968'], '3968'],
      [['--load', 'permanent', join(place.folder, 'permanent')], ''],
      [['--load', 'volatile', join(place.folder, 'volatile')], ''],
      [['-i'], ''],
    ]
    for (const [args, words] of expected) {
      const { code, stdout, stderr } = ioctl(place, ...args)
      expect({ code, stderr }, args.join(' ')).to.deep.equal({ code: 0, stderr: '' })
      expect(stdout, args.join(' ')).to.include(words)
    }
    expect(ioctl(place, '-l', '5').code).to.not.equal(0)
    expect(ioctl(place, '-s').code).to.equal(0)
    await gone(pid)
  })

  it('refuses a state of another key, and takes the right one from a descriptor', async () => {
    const place = newPlace()
    const pid = daemon(place)
    ioctl(place, '-s')
    await gone(pid)
    const withoutKey = place.options.slice(0, -2)
    const fromDescriptor = (keyFile: string): Outcome => {
      const descriptor = openSync(keyFile, 'r')
      const sockets = ['--ctrl', `type=unixio,path=${place.control}`, '--pid', `file=${place.pid}`, '--daemon']
      try {
        return runStandIn('swtpm', [...withoutKey, '--key', 'fd=3,mode=aes-256-cbc', ...sockets], descriptor)
      } finally {
        closeSync(descriptor)
      }
    }
    const other = join(place.folder, 'other')
    writeFileSync(other, 'a5'.repeat(32))
    const refused = fromDescriptor(other)
    expect(refused.code).to.equal(1)
    expect(refused.stderr).to.include('another one’s')
    expect(fromDescriptor(join(place.folder, 'key'))).to.deep.equal({ code: 0, stdout: '', stderr: '' })
    const again = Number(readFileSync(place.pid, 'utf8'))
    ioctl(place, '-s')
    await gone(again)
  })

  it('ends with its data connection where it is told so', async () => {
    const place = newPlace()
    const pid = daemon(place, '--terminate')
    const client = await SocketClient.to({ kind: 'unix', path: place.data })
    expect(await client.ask('80010000000a00000181', 10)).to.equal('80010000000a00000101')
    client.close()
    await gone(pid)
  })

  it('starts the TPM up where it is told so, for the tools of tpm2', async () => {
    const place = newPlace()
    const port = await freePort()
    const child = startStandIn('swtpm', [
      ...place.options,
      ...['--server', `type=tcp,port=${port}`, '--ctrl', `type=tcp,port=${port + 1}`],
      ...['--flags', 'not-need-init,startup-clear', '--pid', `file=${place.pid}`],
    ])
    await scratch.started(Promise.resolve(new TpmProcess(port, child, '')))
    await readable(place.pid, child)
    const tcti = { TPM2TOOLS_TCTI: `swtpm:host=127.0.0.1,port=${port}` }
    expect(runTool('tpm2_getrandom', ['--hex', '8'], tcti).stdout).to.match(/^[0-9a-f]{16}$/)
    expect(runTool('tpm2_pcrread', ['sha256:0'], tcti).stdout).to.include('0x' + '0'.repeat(64))
    child.kill('SIGTERM')
    expect((await once(child, 'exit'))[0]).to.equal(0)
  })

  it('serves a machine of QEMU, and ends when that is killed', async () => {
    const place = newPlace()
    const started = runStandIn('swtpm', [
      ...place.options,
      ...['--ctrl', `type=unixio,path=${place.control},mode=0600`, '--pid', `file=${place.pid}`],
      ...['--log', `file=${place.folder}/log`, '--terminate', '--daemon'],
    ])
    expect(started).to.deep.equal({ code: 0, stdout: '', stderr: '' })
    const pid = Number(readFileSync(place.pid, 'utf8'))
    const guest = new Guest(place.folder, 'tpm-crb', place.control)
    try {
      await guest.booted(1)
    } finally {
      await guest.ended('SIGKILL')
    }
    await gone(pid)
  })

  it('keeps a key beside the state where it gets none, and says so', async () => {
    const { state, control, pid } = newPlace()
    const args = ['socket', '--tpm2', '--tpmstate', `dir=${state}`, '--ctrl', `type=unixio,path=${control}`]
    const started = runStandIn('swtpm', [...args, '--daemon', '--pid', `file=${pid}`])
    expect(started.code).to.equal(0)
    expect(started.stderr).to.include('no --key')
    expect(statSync(join(state, 'vtpm.key')).mode & 0o777).to.equal(0o600)
    const served = Number(readFileSync(pid, 'utf8'))
    runTool('swtpm_ioctl', ['--unix', control, '-s'])
    await gone(served)
  })

  async function readable(path: string, child: ChildProcess): Promise<void> {
    while (!existsSync(path)) {
      if (child.exitCode !== null) throw new Error('it ended')
      await new Promise(setImmediate)
    }
  }
})
