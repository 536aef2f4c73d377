import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How a program ended, and what it printed. */
export interface Outcome {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** A program that takes longer has lost its TPM. */
const programTimeoutMs = 20_000

/** Programs of others that work in one folder, under one environment. */
export class Programs {
  readonly folder: string
  readonly #environment: Readonly<Record<string, string>>

  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.folder = folder
    this.#environment = environment
  }

  /** The same folder with more in the environment. */
  with(environment: Readonly<Record<string, string>>): Programs {
    return new Programs(this.folder, { ...this.#environment, ...environment })
  }

  get environment(): NodeJS.ProcessEnv {
    const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
    return { PATH: path, HOME: this.folder, LC_ALL: 'C', ...this.#environment }
  }

  /** Runs a program to its end, whatever that is. */
  outcome(program: string, parameters: readonly string[], input = ''): Promise<Outcome> {
    return new Promise((resolve) => {
      const options = { cwd: this.folder, env: this.environment, timeout: programTimeoutMs }
      const child = execFile(program, parameters, options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? 'timeout'), stdout, stderr })
      })
      // A program that reads nothing may have ended before all is written.
      child.stdin?.on('error', () => undefined).end(input)
    })
  }

  /** Runs a program that must succeed; resolves with what it printed. */
  async run(program: string, ...parameters: readonly string[]): Promise<string> {
    return this.fed('', program, ...parameters)
  }

  /** The same for a program that reads. */
  async fed(input: string, program: string, ...parameters: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.outcome(program, parameters, input)
    if (code === 0) return stdout
    throw new Error(`${[program, ...parameters].join(' ')} ended with ${code}: ${stderr}${stdout}`)
  }

  /** Runs a program that must fail; resolves with all that it printed. */
  async refused(program: string, ...parameters: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.outcome(program, parameters)
    if (typeof code === 'number' && code !== 0) return stderr + stdout
    throw new Error(`${[program, ...parameters].join(' ')} ended with ${code}, where it must fail`)
  }

  path(name: string): string {
    return join(this.folder, name)
  }
  write(name: string, content: string | Uint8Array): void {
    writeFileSync(this.path(name), content, { mode: 0o600 })
  }
  read(name: string): Buffer {
    return readFileSync(this.path(name))
  }
}
