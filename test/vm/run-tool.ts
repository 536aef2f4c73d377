import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Images are built alike at any time: this is when all of their files were made. */
export const buildTime = new Date('2024-01-01T00:00:00Z')

/** Runs a tool to its end; its output is in the error if it fails. */
export async function runTool(program: string, ...parameters: readonly string[]): Promise<string> {
  const { stdout } = await run(program, parameters, {
    env: {
      ...process.env,
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      SOURCE_DATE_EPOCH: String(buildTime.getTime() / 1000),
      MTOOLS_SKIP_CHECK: '1',
      TZ: 'UTC',
    },
  })
  return stdout
}
