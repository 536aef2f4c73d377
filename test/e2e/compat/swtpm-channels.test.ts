import { expect } from 'chai'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { SocketClient } from '../../unit/agent/channel/socket-client.ts'
import { Scratch } from '../tpm-tools/scratch.ts'
import { TpmProcess } from '../tpm-tools/tpm-process.ts'
import { type Outcome, runTool, standIn } from './programs.ts'

const readClock = '80010000000a00000181'
/** TPM_RC_INITIALIZE: it is there, and waits for TPM2_Startup. */
const notStarted = '80010000000a00000100'
const nobody = 65534

describe('the stand-in for swtpm, on channels that others opened', () => {
  const scratch = new Scratch()

  function newFolder(): { readonly at: (name: string) => string; readonly state: string } {
    const folder = scratch.folder()
    const at = (name: string): string => join(folder, name)
    mkdirSync(at('state'))
    writeFileSync(at('key'), '5a'.repeat(32))
    return { at, state: at('state') }
  }

  /** Starts it with `passed` open as 3 and upwards; what is 'pipe' there is a socket whose other end is here. */
  async function started(args: readonly string[], ...passed: readonly unknown[]): Promise<ChildProcess> {
    const [program, ...first] = standIn('swtpm')
    const stdio = ['ignore', 'ignore', 'inherit', ...passed] as never
    const child = spawn(program, [...first, 'socket', '--tpm2', '--log', 'file=-', ...args], { stdio })
    await scratch.started(Promise.resolve(new TpmProcess(0, child, '')))
    return child
  }
  /** Node's types hide it, and spawn() takes nothing else of a server's. */
  const descriptorOf = (server: Server): number => (server as unknown as { _handle: { fd: number } })._handle.fd
  const ioctl = (control: string, ...args: readonly string[]): Outcome =>
    runTool('swtpm_ioctl', ['--unix', control, ...args])
  async function ended(child: ChildProcess): Promise<unknown> {
    return child.exitCode ?? (await once(child, 'exit'))[0]
  }
  async function written(path: string, child: ChildProcess): Promise<void> {
    while (!existsSync(path) || readFileSync(path).length === 0) {
      if (child.exitCode !== null) throw new Error('it ended')
      await new Promise(setImmediate)
    }
  }

  for (const [server, type] of [
    ['--server', 'type=unixio,fd=3'],
    ['--server', 'type=tcp,fd=3'],
    ['--fd', '3'],
  ] as const)
    it(`serves the connection of ${server} ${type}, and ends with it`, async () => {
      const { state } = newFolder()
      const child = await started([server, type, '--tpmstate', `dir=${state}`, '--flags', 'not-need-init'], 'pipe')
      const client = new SocketClient(child.stdio[3] as Socket)
      expect(await client.ask(readClock, 10)).to.equal(notStarted)
      client.close()
      expect(await ended(child)).to.equal(0)
    })

  it('serves the control connection of --ctrl clientfd, and ends with it where it is told so', async () => {
    const { state } = newFolder()
    const options = ['--ctrl', 'type=unixio,clientfd=3,terminate', '--tpmstate', `dir=${state}`]
    const child = await started(options, 'pipe')
    const client = new SocketClient(child.stdio[3] as Socket)
    expect(await client.ask('0000000200000000', 4)).to.equal('00000000')
    expect(await client.ask('00000001', 8)).to.match(/ffff$/)
    client.close()
    expect(await ended(child)).to.equal(0)
  })

  it('accepts clients on the sockets of --ctrl fd', async () => {
    const { at, state } = newFolder()
    const server = createServer()
    server.listen(at('control'))
    await once(server, 'listening')
    const child = await started(['--ctrl', 'type=unixio,fd=3', '--tpmstate', `dir=${state}`], descriptorOf(server))
    expect(ioctl(at('control'), '-i').code).to.equal(0)
    expect(ioctl(at('control'), '-s').code).to.equal(0)
    expect(await ended(child)).to.equal(0)
    server.close()
  })

  it('writes its process id to a descriptor', async () => {
    const { at, state } = newFolder()
    const pid = openSync(at('pid'), 'w')
    const options = ['--ctrl', `type=unixio,path=${at('control')}`, '--tpmstate', `dir=${state}`]
    const child = await started([...options, '--pid', 'fd=3'], pid)
    closeSync(pid)
    await written(at('pid'), child)
    expect(Number(readFileSync(at('pid'), 'utf8'))).to.equal(child.pid)
    child.kill('SIGTERM')
    expect(await ended(child)).to.equal(0)
  })

  it('takes no locality that it was told to reject, on either channel', async () => {
    const { at, state } = newFolder()
    const sockets = ['--ctrl', `type=unixio,path=${at('control')}`, '--server', `type=unixio,path=${at('data')}`]
    const flags = ['--locality', 'reject-locality-4,allow-set-locality', '--flags', 'startup-clear']
    const options = [...sockets, '--tpmstate', `dir=${state}`, ...flags, '--pid', `file=${at('pid')}`]
    const child = await started(options)
    await written(at('pid'), child)
    expect(ioctl(at('control'), '-l', '4').code).to.not.equal(0)
    expect(ioctl(at('control'), '-l', '3').code).to.equal(0)
    const client = await SocketClient.to({ kind: 'unix', path: at('data') })
    expect(await client.ask('80010000000b2000100004', 10)).to.equal('80010000000a00000107')
    expect(await client.ask('80010000000b2000100002', 10)).to.equal('80010000000a00000000')
    client.close()
    expect(ioctl(at('control'), '-s').code).to.equal(0)
    expect(await ended(child)).to.equal(0)
  })

  it('gives its state out under the key of the migration, and takes it by that', async () => {
    const blob = join(scratch.folder(), 'blob')
    /** Does something with a TPM that has a key of its own, and that of the migration. */
    const withTpm = async (migrationKey: string, use: (control: string) => void): Promise<void> => {
      const { at, state } = newFolder()
      writeFileSync(at('key'), Buffer.alloc(32, state.slice(-12)).toString('hex'))
      writeFileSync(at('migration'), migrationKey)
      const keys = ['--key', `file=${at('key')},mode=aes-256-cbc`, '--migration-key', `pwdfile=${at('migration')}`]
      const places = ['--ctrl', `type=unixio,path=${at('control')}`, '--tpmstate', `dir=${state}`]
      const child = await started([...places, ...keys, '--pid', `file=${at('pid')}`])
      await written(at('pid'), child)
      use(at('control'))
      expect(ioctl(at('control'), '-s').code).to.equal(0)
      expect(await ended(child)).to.equal(0)
    }
    await withTpm('of both', (control) => {
      expect(ioctl(control, '-i').code).to.equal(0)
      expect(ioctl(control, '--save', 'permanent', blob).code).to.equal(0)
    })
    await withTpm('of both', (control) => {
      expect(ioctl(control, '--load', 'permanent', blob).code).to.equal(0)
      expect(ioctl(control, '-i').code).to.equal(0)
    })
    await withTpm('of another', (control) => {
      expect(ioctl(control, '--load', 'permanent', blob).code).to.not.equal(0)
    })
  })

  it('becomes the user of --runas, if root starts it', async () => {
    const { at, state } = newFolder()
    const isRoot = process.getuid?.() === 0
    if (isRoot) for (const path of [at('.'), state]) chownSync(path, nobody, nobody)
    const options = ['--ctrl', `type=unixio,path=${at('control')}`, '--tpmstate', `dir=${state}`]
    const child = await started([...options, '--runas', String(nobody), '--pid', `file=${at('pid')}`])
    if (!isRoot) {
      expect(await ended(child)).to.equal(1)
      return
    }
    await written(at('pid'), child)
    expect(readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8')).to.match(/Uid:\s65534\s65534\s65534\s65534/)
    expect(ioctl(at('control'), '-s').code).to.equal(0)
    expect(await ended(child)).to.equal(0)
  })
})
