import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { freePort } from '../../fakes/free-port.ts'

const repository = resolve(import.meta.dirname, '../../..')

/** The server as it is delivered, where it was built; else, or with BOOTLATCH_E2E=source, from its source. */
function serverCommand(): readonly [string, ...string[]] {
  const built = join(repository, 'dist/bin/bootlatch-server')
  const wanted = process.env['BOOTLATCH_E2E']
  if (wanted !== 'source' && (wanted === 'dist' || existsSync(built))) return [built]
  return [process.execPath, '--import', 'tsx', join(repository, 'policy-server/main.ts')]
}

/** What a program said and how it ended: its exit code, or the signal that ended it. */
export interface Ended {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** A started program, its output collected. */
export class Program {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''
  readonly ended: Promise<Ended>

  constructor(...parameters: readonly string[]) {
    const [program, ...first] = serverCommand()
    this.child = spawn(program, [...first, ...parameters], { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] })
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()))
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()))
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code: (code ?? signal) as number | string,
      stdout: this.stdout,
      stderr: this.stderr,
    }))
  }

  /** The record it prints once it is ready. */
  async ready(): Promise<Ready> {
    while (!this.stdout.includes('\n')) {
      const ended = await Promise.race([this.ended, once(this.child.stdout!, 'data')])
      if (!Array.isArray(ended)) throw new Error(`ended before it was ready: ${ended.stderr}`)
    }
    return JSON.parse(this.stdout.slice(0, this.stdout.indexOf('\n'))) as Ready
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal)
    return this.ended
  }
}

export interface Ready {
  readonly event: string
  readonly main: readonly string[]
  readonly join: readonly string[]
  readonly serverId: string
  readonly operator?: string
}

/** A folder with what a server needs to start: configuration, passphrase, data folder. */
export class Site {
  readonly folder: string
  readonly main: number
  readonly join: number

  private constructor(folder: string, main: number, join: number) {
    this.folder = folder
    this.main = main
    this.join = join
  }

  static async create(folder: string, more = ''): Promise<Site> {
    const site = new Site(folder, await freePort(), await freePort())
    site.write('passphrase', 'correct horse battery\n')
    site.write(
      'server.yaml',
      `dataDir: ${site.path('data')}
listen:
  main: ["127.0.0.1:${site.main}", "[::1]:${site.main}"]
  join: 127.0.0.1:${site.join}
passphraseFile: ${site.path('passphrase')}
${more}`,
    )
    return site
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names)
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content)
    chmodSync(this.path(name), 0o600)
    return this.path(name)
  }

  start(...more: readonly string[]): Program {
    return new Program('start', '--config', this.path('server.yaml'), ...more)
  }

  /** The first operator's way in. */
  operator(bundle = 'data/operator.json'): {
    readonly address: string
    readonly context: SecureContext
    readonly anchor: string
    readonly key: string
  } {
    const read = JSON.parse(readFileSync(this.path(bundle), 'utf8')) as Record<string, string>
    const { address, anchor, certificate, key } = read
    const context = createSecureContext({ ca: anchor!, cert: certificate!, key: key!, minVersion: 'TLSv1.3' })
    return { address: address!, context, anchor: anchor!, key: key! }
  }
}
