import { writeSync } from 'node:fs'
import type { Command } from 'commander'
import { describeFailure, type Failure } from './failure.ts'

const standardOutput = 1
const standardError = 2

/** Says something to whoever watches the machine start; standard output stays free for the result. */
export function tell(what: string): void {
  writeSync(standardError, `bootlatch-agent: ${what}\n`)
}

/** A result for eyes, or for programs. */
export function print(lines: readonly string[], json: object, asJson: boolean): void {
  for (const line of asJson ? [JSON.stringify(json)] : lines) writeSync(standardOutput, `${line}\n`)
}

/** Runs the action of a command; what an operator can do something about ends in one line and an exit code. */
export async function runCommand(
  command: Command,
  options: { readonly json?: true },
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action()
  } catch (error) {
    const failure = describeFailure(error)
    if (failure === undefined) throw error
    if (options.json) print([], failureJson(failure), true)
    command.error(`bootlatch-agent: ${failure.message}`, { exitCode: failure.exitCode })
  }
}

function failureJson({ outcome, message, decision }: Failure): object {
  return { outcome, message, ...(decision === undefined ? {} : { decision: Number(decision) }) }
}
