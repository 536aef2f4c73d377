import { expect } from 'chai'
import { commandTable } from '../../../agent/vtpm/commands/index.ts'
import { CC, describeResponseCode, RC, withoutPosition } from '../../../core/tpm/index.ts'

/** Response codes that both TPMs gave, by command code. */
const met = new Map<number, Set<number>>()

/** Notes that both TPMs gave the same answer to a command. */
export function noteAnswer(command: Uint8Array, response: Uint8Array): void {
  if (command.length < headerBytes || response.length < headerBytes) return
  const code = wordAt(command, codeAt)
  const codes = met.get(code) ?? new Set<number>()
  codes.add(withoutPosition(wordAt(response, codeAt)))
  met.set(code, codes)
}

const headerBytes = 10
const codeAt = 6
const wordAt = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at)

const commands = Object.entries(CC).filter(([, code]) => commandTable.has(code))
const codesOf = (code: number): readonly number[] => [...(met.get(code) ?? [])].sort((a, b) => a - b)
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

/** How far the comparison reaches: commands that both answered, that both carried out, and codes of all commands. */
const reached = () => ({
  commands: commands.filter(([, code]) => met.has(code)).length,
  succeeded: commands.filter(([, code]) => met.get(code)?.has(RC.success) === true).length,
  codes: sum(commands.map(([, code]) => codesOf(code).length)),
  of: commands.length,
})

/** One line for each command: the codes that both gave. */
const table = (): string =>
  commands.map(([name, code]) => `${name.padEnd(28)} ${codesOf(code).map(describeResponseCode).join(' ')}`).join('\n')

/** What was reached when this was last looked at, less a few that depend on how the dice fall. */
const floor = { commands: 109, succeeded: 100, codes: 500 } as const

// After the last suite, whichever these are; the floor holds where all of them ran (`npm run covered`).
after(() => {
  const { commands: answered, succeeded, codes, of } = reached()
  console.log(`\n  beside swtpm: ${answered} of ${of} commands (${succeeded} carried out), ${codes} response codes`)
  if (process.env['BOOTLATCH_COVERED'] !== 'all') return
  console.log(table())
  expect(answered, 'commands').to.be.at.least(floor.commands)
  expect(succeeded, 'commands carried out').to.be.at.least(floor.succeeded)
  expect(codes, 'response codes').to.be.at.least(floor.codes)
})
