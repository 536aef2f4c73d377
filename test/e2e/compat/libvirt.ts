import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const built = resolve(import.meta.dirname, '../../../dist')
/** Root's libvirt is the host's; that of another user is his own. */
const nobody = 65534
const isRoot = process.getuid?.() === 0
const identity = isRoot ? { uid: nobody, gid: nobody } : {}
const configuration = 'stdio_handler = "file"\n'

/** libvirt as a user runs it, with nothing of this host's: it finds our stand-ins where it looks for swtpm. */
export class Libvirt {
  readonly folder: string
  readonly #environment: NodeJS.ProcessEnv
  #daemon: ChildProcess | undefined

  private constructor(folder: string) {
    this.folder = folder
    this.#environment = {
      HOME: folder,
      PATH: `${folder}/dist/compat:${folder}/bin:${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      ...Object.fromEntries(['CACHE', 'CONFIG', 'DATA'].map((each) => [`XDG_${each}_HOME`, join(folder, each)])),
      XDG_RUNTIME_DIR: join(folder, 'run'),
    }
  }

  /** Starts it; the programs are those that are delivered, for it waits a second and no longer for a TPM's socket. */
  static async start(): Promise<Libvirt> {
    const libvirt = new Libvirt(mkdtempSync(join(tmpdir(), 'bl-')))
    const { folder } = libvirt
    for (const each of ['', 'bin', 'run', 'CONFIG', 'CONFIG/libvirt', 'state']) libvirt.makeFolder(each)
    writeFileSync(join(folder, 'CONFIG/libvirt/qemu.conf'), configuration)
    // Who is nobody may see neither this checkout nor what runs it.
    cpSync(built, join(folder, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.map') })
    copyFileSync(process.execPath, join(folder, 'bin/node'))
    libvirt.#daemon = libvirt.#spawn('libvirtd', '--config', '/dev/null')
    while (!existsSync(join(folder, 'run/libvirt/libvirt-sock'))) {
      if (libvirt.#daemon.exitCode !== null) throw new Error('libvirtd ended')
      await new Promise(setImmediate)
    }
    return libvirt
  }

  /** A folder that libvirt may write to. */
  makeFolder(name: string): string {
    const path = join(this.folder, name)
    mkdirSync(path, { recursive: true })
    chmodSync(path, 0o700)
    if (isRoot) chownSync(path, nobody, nobody)
    return path
  }

  /** A file that libvirt may read. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name)
    writeFileSync(path, content)
    chmodSync(path, 0o644)
    return path
  }

  /** What `virsh` prints. */
  async virsh(...args: readonly string[]): Promise<string> {
    const options = { env: this.#environment, ...identity, cwd: this.folder }
    try {
      const { stdout } = await run('virsh', ['-q', '-c', 'qemu:///session', ...args], options)
      return stdout.trim()
    } catch (error) {
      throw new Error(`virsh ${args.join(' ')}: ${(error as { stderr?: string }).stderr ?? ''}`, { cause: error })
    }
  }

  /** What swtpm_setup and swtpm said of a machine's TPM. */
  tpmLog(machine: string): string {
    return readFileSync(join(this.folder, `CACHE/libvirt/qemu/log/${machine}-swtpm.log`), 'utf8')
  }

  /** Where the TPM of a machine lies, by its UUID. */
  tpmState(uuid: string): string {
    return join(this.folder, 'CONFIG/libvirt/qemu/swtpm', uuid, 'tpm2/tpm2-00.permall')
  }

  /** Ends what runs, machines first. */
  async end(): Promise<void> {
    const machines = (await this.virsh('list', '--name')).split('\n').filter((name) => name !== '')
    for (const machine of machines) await this.virsh('destroy', machine)
    const daemon = this.#daemon
    if (daemon?.exitCode === null) {
      const ended = once(daemon, 'exit')
      daemon.kill('SIGTERM')
      await ended
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  #spawn(program: string, ...args: readonly string[]): ChildProcess {
    return spawn(program, args, { env: this.#environment, ...identity, cwd: this.folder, stdio: 'ignore' })
  }
}
