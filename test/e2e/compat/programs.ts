import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const repository = resolve(import.meta.dirname, '../../..')

type StandIn = 'swtpm' | 'swtpm_setup'

/** What a program said and how it ended. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Our stand-in for a program, as it is delivered where it was built; else, or where BOOTLATCH_E2E says `source`, from its source. */
export function standIn(program: StandIn): readonly [string, ...string[]] {
  const built = join(repository, 'dist/compat', program)
  if (process.env['BOOTLATCH_E2E'] !== 'source' && existsSync(built)) return [built]
  const loader = join(repository, 'node_modules/tsx/dist/loader.mjs')
  return [process.execPath, '--import', loader, join(repository, `agent/compat/${program}.ts`)]
}

/** Runs a stand-in to its end; what is open here as `descriptor` is open there as 3. */
export function runStandIn(program: StandIn, args: readonly string[], descriptor?: number): Outcome {
  const [file, ...first] = standIn(program)
  const { status, stdout, stderr } = spawnSync(file, [...first, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', descriptor ?? 'ignore'],
    encoding: 'utf8',
    timeout: 30_000,
  })
  return { code: status, stdout, stderr }
}

export function startStandIn(program: StandIn, args: readonly string[]): ChildProcess {
  const [file, ...first] = standIn(program)
  return spawn(file, [...first, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Runs a tool that somebody else made. */
export function runTool(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(program, args, {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    timeout: 30_000,
  })
  return { code: status, stdout, stderr }
}
