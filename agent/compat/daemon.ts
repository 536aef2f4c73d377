import { spawn, type StdioOptions } from 'node:child_process'
import { type SwtpmOptions } from './swtpm-options.ts'

const ready = 'ready'
const firstFreeFd = 3

/** Whether this process is the one that stays: it was started by the one that does not. */
export const isDaemonChild = (): boolean => process.send !== undefined

/** Tells who started this process that it serves. */
export function tellReady(): void {
  process.send?.(ready, () => {
    process.disconnect()
  })
}

/** Starts this program once more, in the background, and resolves with an exit code when that one serves or has ended. */
export async function daemonize(args: readonly string[], options: SwtpmOptions): Promise<number> {
  const fds = new Set(fdsOf(options))
  const inherited = Array.from(
    { length: Math.max(firstFreeFd, ...[...fds].map((fd) => fd + 1)) - firstFreeFd },
    (_, at) => (fds.has(at + firstFreeFd) ? at + firstFreeFd : ('ignore' as const)),
  )
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe', ...inherited, 'ipc']
  const program = process.argv[1] ?? ''
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], { detached: true, stdio })
  child.stderr?.pipe(process.stderr)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('message', () => {
      child.unref()
      child.stderr?.destroy()
      resolve(0)
    })
    child.once('close', (code) => {
      resolve(code ?? 1)
    })
  })
}

/** What was opened for the program by who starts it. */
function fdsOf({ data, control, key, migrationKey, log, pid }: SwtpmOptions): readonly number[] {
  const all = [data, control, key?.from, migrationKey?.from, log === 'none' ? undefined : log, pid]
  return all.flatMap((each) => (each !== undefined && 'fd' in each ? [each.fd] : []))
}
