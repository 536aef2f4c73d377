import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { agentCommand } from '../tpm-tools/tpm-process.ts'

/** How the agent ended, and what it said. */
export interface AgentEnded {
  /** Exit code, or undefined after a kill. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  readonly tookMs: number
}

/**
 * Runs the agent as it is delivered; with `killAfterMs`, kills it then, without a word, where it has not ended; with
 * `endAt`, asks it to end once it says that; with `killAt`, kills it there.
 */
export async function runAgent(
  args: readonly string[],
  how: {
    readonly killAfterMs?: number
    readonly endAt?: string
    readonly killAt?: string
    readonly input?: string
  } = {},
): Promise<AgentEnded> {
  const [program, ...first] = agentCommand()
  const began = performance.now()
  const child = spawn(program, [...first, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
    if (how.endAt !== undefined && stderr.includes(how.endAt)) child.kill('SIGTERM')
    if (how.killAt !== undefined && stderr.includes(how.killAt)) child.kill('SIGKILL')
  })
  child.stdin.on('error', () => undefined).end(how.input ?? '')
  const killer = how.killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), how.killAfterMs)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(killer)
  return { code: code ?? undefined, stdout, stderr, tookMs: performance.now() - began }
}
