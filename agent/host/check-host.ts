import { readHostConfig } from './host-config.ts'
import { HostConfigError } from './host-config-error.ts'
import { examine, explain } from './problem.ts'

/**
 * Looks at a configuration and at what its TPMs need, and says that all is well.
 * @throws HostConfigError with everything that is wrong.
 */
export async function checkHost(file: string): Promise<void> {
  const { tpms } = readHostConfig(file)
  const problems: string[] = []
  for (const config of tpms) {
    try {
      await examine(config)
    } catch (error) {
      const { problem, advice } = explain(error, config)
      problems.push(`${config.name}: ${problem}\n  ${advice}`)
    }
  }
  if (problems.length > 0)
    throw new HostConfigError([`${file}: ${problems.length} of ${tpms.length} TPMs`, ...problems].join('\n'))
  process.stdout.write(`${JSON.stringify({ ok: true, tpms: tpms.length })}\n`)
}
