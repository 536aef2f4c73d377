import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Terminal } from '../../../cli/terminal.ts'
import { FakeAdminServer } from '../../fakes/admin-server.ts'
import { TestAuthority, type Credential } from '../../fakes/test-authority.ts'

/** What a command did. */
export interface Outcome {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export interface Run {
  /** The person's answer to each question; without it there is no terminal. */
  readonly answer?: string
  readonly env?: NodeJS.ProcessEnv
  readonly input?: string
  readonly terminal?: Partial<Terminal>
}

// Mocha requires its specs, and what is imported lazily below a required module is a second instance of it.
const { run } = await import('../../../cli/program.ts')

/** The tests' now, a whole second of the real clock: TLS looks at certificates by that one. */
export const nowMs = Math.floor(Date.now() / 1000) * 1000

/** A command line, a server and a folder for the files of one suite. */
export class Bench {
  readonly server = new FakeAdminServer()
  readonly folder = mkdtempSync(join(tmpdir(), 'bootlatch-cli-'))
  readonly authority: TestAuthority
  readonly operator: string

  private constructor(authority: TestAuthority, operator: Credential) {
    this.authority = authority
    this.operator = this.file('operator.json', '')
    this.#credential = operator
  }

  readonly #credential: Credential

  static async create(): Promise<Bench> {
    const authority = await TestAuthority.create()
    const bench = new Bench(authority, await authority.issue({ name: 'operator', usage: 'client' }))
    await bench.server.listen(authority.anchor, await authority.issue({ name: 'server', usage: 'server' }))
    bench.file('operator.json', bench.bundle())
    return bench
  }

  close(): void {
    this.server.close()
    rmSync(this.folder, { recursive: true })
  }

  /** The operator's bundle with some fields changed. */
  bundle(changed: object = {}): string {
    const { certificate, key } = this.#credential
    const format = 'bootlatch-operator-v1'
    return JSON.stringify({
      format,
      address: this.server.address,
      anchor: this.authority.anchor,
      certificate,
      key,
      ...changed,
    })
  }

  /** Writes a file of the suite's folder and returns its path. */
  file(name: string, text: string | Uint8Array, mode = 0o600): string {
    const path = join(this.folder, name)
    writeFileSync(path, text, { mode })
    chmodSync(path, mode)
    return path
  }

  /** Runs one command line, split at spaces, with the bench's operator. */
  async run(commandLine: string, given: Run = {}): Promise<Outcome> {
    const [out, err] = [[] as string[], [] as string[]]
    const exit = await run(commandLine.split(' '), this.world(given, out, err))
    return { exit, out: out.join(''), err: err.join('') }
  }

  world({ answer, env = {}, input = '', terminal = {} }: Run = {}, out: string[] = [], err: string[] = []) {
    const ask = (question: string) => {
      err.push(question)
      return Promise.resolve(answer ?? '')
    }
    return {
      terminal: {
        out: (text: string) => out.push(text),
        err: (text: string) => err.push(text),
        outColours: false,
        errColours: false,
        columns: undefined,
        animated: false,
        ask: answer === undefined ? undefined : ask,
        ...terminal,
      },
      env: { BOOTLATCH_OPERATOR: this.operator, ...env },
      nowMs: () => nowMs,
      readInput: () => Promise.resolve(input),
      version: '0.1.0',
    }
  }
}
