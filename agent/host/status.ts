import { z } from 'zod'

/** One TPM, as its operator sees it. */
const tpmStatus = z.object({
  name: z.string(),
  /**
   * `starting`: about to listen. `off`: listens, nothing of it is in memory. `on`: has power. `failed`: in failure mode, until its machine is reset.
   * `leaving`: no longer configured as it is, and served until its machine is gone. `broken`: not served, see the problem.
   */
  condition: z.enum(['starting', 'off', 'on', 'failed', 'leaving', 'broken']),
  control: z.string(),
  data: z.string().optional(),
  connections: z.number(),
  /** How often it got power, and how many commands it answered, since the host started. */
  powerOns: z.number(),
  commands: z.number(),
  problem: z.string().optional(),
  advice: z.string().optional(),
})
export type TpmStatus = Readonly<z.output<typeof tpmStatus>>

/** The whole host. */
export const hostStatus = z.object({
  pid: z.number(),
  upSeconds: z.number(),
  memoryMiB: z.number(),
  primesReady: z.number(),
  tpms: z.array(tpmStatus),
})
export type HostStatus = Readonly<z.output<typeof hostStatus>>

const columns = ['name', 'condition', 'connections', 'powerOns', 'commands'] as const
const headings = { name: 'NAME', condition: 'STATE', connections: 'CLIENTS', powerOns: 'STARTS', commands: 'COMMANDS' }

/** For eyes: a line for the host, one for each TPM, and what to do about those that are broken. */
export function statusLines({ pid, upSeconds, memoryMiB, primesReady, tpms }: HostStatus): string[] {
  const rows = [headings, ...tpms].map((row) => columns.map((column) => String(row[column])))
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const table = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const problems = tpms.flatMap(({ name, problem, advice }) =>
    problem === undefined ? [] : ['', `${name}: ${problem}`, `  ${advice ?? ''}`],
  )
  const host = `process ${pid}, up ${upSeconds} s, ${memoryMiB} MiB, ${tpms.length} TPMs, ${primesReady} primes ready`
  return [host, '', ...table, ...problems]
}
