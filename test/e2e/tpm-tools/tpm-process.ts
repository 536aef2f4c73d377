import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join, resolve } from 'node:path'

/** A TPM in a process of its own, behind swtpm's sockets. */
export class TpmProcess {
  readonly port: number
  readonly child: ChildProcess
  /** The first line it printed. */
  readonly ready: string

  constructor(port: number, child: ChildProcess, ready: string) {
    this.port = port
    this.child = child
    this.ready = ready
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  /** Ends it with a signal and resolves with its exit code, or the signal that killed it. */
  async end(signal: NodeJS.Signals): Promise<number | string> {
    if (this.running) {
      const ended = once(this.child, 'exit')
      this.child.kill(signal)
      await ended
    }
    return this.child.exitCode ?? this.child.signalCode ?? 'running'
  }
}

const repository = resolve(import.meta.dirname, '../../..')

/** The agent as it is delivered, where it was built; else, or where BOOTLATCH_E2E says `source`, from its source. */
export function agentCommand(): readonly [string, ...string[]] {
  const built = join(repository, 'dist/bin/bootlatch-agent')
  if (process.env['BOOTLATCH_E2E'] !== 'source' && existsSync(built)) return [built]
  return [process.execPath, '--import', 'tsx', join(repository, 'agent/main.ts')]
}

/** A folder with an empty state folder and a key file, for `serveTpm`. */
export function newTpmFolder(folder: string): void {
  mkdirSync(join(folder, 'state'), { mode: 0o700 })
  writeFileSync(join(folder, 'key'), new Uint8Array(32).fill(0x5a), { mode: 0o600 })
  chmodSync(join(folder, 'key'), 0o600)
}

/** Starts `bootlatch-agent tpm serve` and waits for its line. */
export async function serveTpm(folder: string, ...options: readonly string[]): Promise<TpmProcess> {
  const port = await freePort()
  const child = spawnAgent(
    ['tpm', 'serve', '--state', join(folder, 'state'), '--state-key-file', join(folder, 'key')],
    ['--data', `tcp:127.0.0.1:${port}`, '--control', `tcp:127.0.0.1:${port + 1}`, ...options],
  )
  return new TpmProcess(port, child, await firstLine(child))
}

/** Starts the agent, with a pipe for what it prints. */
export function spawnAgent(...parameters: readonly (readonly string[])[]): ChildProcess {
  const [program, ...first] = agentCommand()
  return spawn(program, [...first, ...parameters.flat()], { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** What a process printed and how it ended. */
export async function outcome(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, stdout, stderr }
}

/** Starts Debian's swtpm, the reference. */
export async function startSwtpm(folder: string): Promise<TpmProcess> {
  const port = await freePort()
  const channels = ['--server', `type=tcp,port=${port}`, '--ctrl', `type=tcp,port=${port + 1}`]
  const flags = ['--flags', 'not-need-init', '--tpmstate', `dir=${folder}`]
  const child = spawn('swtpm', ['socket', '--tpm2', ...channels, ...flags], { stdio: 'ignore' })
  // It listens on one port before the other
  for (const each of [port + 1, port])
    while (!(await listens(each))) if (child.exitCode !== null) throw new Error('swtpm ended')
  return new TpmProcess(port, child, '')
}

/** Waits for the first line a process prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  let printed = ''
  let problem = ''
  child.stderr?.on('data', (chunk: Buffer) => (problem += chunk.toString()))
  for await (const chunk of child.stdout ?? []) {
    printed += (chunk as Buffer).toString()
    if (printed.includes('\n')) return printed.slice(0, printed.indexOf('\n'))
  }
  throw new Error(`ended without a line: ${problem}`)
}

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  let whole = ''
  for await (const chunk of stream ?? []) whole += chunk.toString()
  return whole
}

/** A pair of neighbouring ports below the range of client ports. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20000 + 2 * Math.floor(Math.random() * 6000)
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', () => {
      done(false)
    })
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        done(true)
      })
    })
  })
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => {
      done(false)
    })
  })
}
