import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const repository = resolve(import.meta.dirname, '../../..')

const built = join(repository, 'dist/bin/bootlatch')
/** As it is delivered, where it was built; else from its source. */
const program = existsSync(built) ? [built] : [process.execPath, '--import', 'tsx', join(repository, 'cli/main.ts')]

/** What a command did. */
export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

async function outcomeOf(command: readonly string[], env: NodeJS.ProcessEnv, input: string): Promise<Outcome> {
  const [file = '', ...parameters] = command
  const child = spawn(file, parameters, { cwd: repository, env: { PATH: process.env['PATH'], ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

/** The command line as a process, in the hands of one operator. */
export class CommandLine {
  readonly #env: NodeJS.ProcessEnv

  constructor(operator: string) {
    this.#env = { BOOTLATCH_OPERATOR: operator }
  }

  /** Runs it with pipes for all three streams. */
  run(parameters: readonly string[], input = ''): Promise<Outcome> {
    return outcomeOf([...program, ...parameters], this.#env, input)
  }

  /** Runs it on a terminal of its own, where a person types `input`; stdout and stderr both appear in `out`. */
  onTerminal(parameters: readonly string[], input = '', env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const line = [...program, ...parameters].map(quoted).join(' ')
    const command = ['script', '--quiet', '--return', '--command', `stty cols 100; ${line}`, '/dev/null']
    return outcomeOf(command, { ...this.#env, TERM: 'xterm', SHELL: '/bin/sh', ...env }, input)
  }

  /** Runs it in a shell pipe. */
  shell(script: string): Promise<Outcome> {
    return outcomeOf(['/bin/sh', '-c', script.replaceAll('bootlatch', program.map(quoted).join(' '))], this.#env, '')
  }
}
