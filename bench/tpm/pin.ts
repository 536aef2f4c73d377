import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

/** Of the machine; how many a process may use says nothing once it is pinned. */
const machineCpus = cpus().length

/**
 * Where client and TPMs run. Where the scheduler chooses, the same command takes 0.6 or 3 times as long as swtpm's, depending
 * on who wakes whom on which CPU.
 */
export interface Arrangement {
  readonly clientCpu: number
  readonly tpmCpu: number
  /** How many commands one TPM gets before it is another's turn. */
  readonly inRow: number
  /** Idle time before each turn. */
  readonly pauseMs: number
}

/**
 * As machines use a TPM: one command follows the other, and who asks has a CPU of its own. A TPM that polls for the next
 * command gives up during the pause, and takes nothing from the other, which has the same CPU.
 */
export const apart: Arrangement = { clientCpu: 0, tpmCpu: Math.min(1, machineCpus - 1), inRow: 10, pauseMs: 1 }
/** Nobody has to be woken on another CPU, and each TPM's code is out of the caches when its turn comes: the processor's time. */
export const together: Arrangement = { clientCpu: 0, tpmCpu: 0, inRow: 1, pauseMs: 0 }

/** Keeps a process with all its threads on one CPU. */
export function pin(pid: number | undefined, cpu: number): void {
  if (pid === undefined) return
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(cpu), String(pid)], { stdio: 'ignore' })
}
