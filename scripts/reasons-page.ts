import { evidenceProblems } from '../core/evidence/evidence-error.ts'
import { platformProblems } from '../core/evidence/platform/index.ts'
import { reasonCodes, settledByPerson } from '../core/policy/verdict.ts'
import { serverReasonCodes } from '../policy-server/appraise/reasons.ts'

const settled: ReadonlySet<string> = settledByPerson

/** Every stable code with its sentence, as docs/reasons.md prints them. */
export function reasonsPage(): string {
  return `# Reason codes

Written by \`make generate\` from the tables that the code itself uses. Codes are stable; sentences may change. A decision lists
every rule it looked at, passed and failed, each under one of these codes (\`bootlatch decision show N --all\`, or \`--json\`).

## Rules of policies and groups

A failed rule refuses; where it says *held*, and nothing else failed, a person can settle it.

${table(['code', 'passes where', 'failed'], reasonRows())}

## Rules of the server

${table(['code', 'passes where'], Object.entries(serverReasonCodes))}

## Problems of evidence

What is behind a failed \`evidence/verified\`: the evidence is none, and no policy was asked.

${table(['problem', 'what is wrong'], Object.entries(evidenceProblems))}

## Problems of platform documents

What is behind a failed \`admission/platform\`: no other rule about the platform was asked.

${table(['problem', 'what is wrong'], Object.entries(platformProblems))}
`
}

const reasonRows = (): readonly (readonly string[])[] =>
  Object.entries(reasonCodes).map(([code, asks]) => [code, asks, settled.has(code) ? 'held' : 'refused'])

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const body = rows.map(([code = '', ...others]) => line([`\`${code}\``, ...others]))
  return [line(head), line(head.map(() => '---')), ...body].join('\n')
}
