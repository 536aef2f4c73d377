import { Command, CommanderError } from 'commander'
import { addAnnouncementCommands } from './announcement-command.ts'
import { addBootCommands } from './boot-command.ts'
import { addCompletionCommand } from './completion-command.ts'
import { addDecisionCommands } from './decision-command.ts'
import { addEventlogCommands } from './eventlog.ts'
import { exitCodes, type Exit } from './exit-code.ts'
import { Failure } from './failure.ts'
import { helpFormat } from './help.ts'
import { addKeyCommands } from './key-command.ts'
import { addMachineCommands } from './machine-command.ts'
import { addMeasureCommand } from './measure.ts'
import { Page, toned } from './page.ts'
import { addPolicyCommands } from './policy-command.ts'
import { printableJson } from './printable.ts'
import { addServerCommands } from './server-command.ts'
import { addSignerCommands } from './signer-command.ts'
import type { World } from './session.ts'

const exitCodeHelp = Object.values(exitCodes)
  .map(([code, meaning]) => `  ${code}  ${meaning}`)
  .join('\n')

const help = `
A machine from invitation to its first unlocked boot:
  bootlatch machine invite web-1 > token        hand it to bootlatch-agent enrol on the machine
  bootlatch machine accept web-1                compare the fingerprints first
  bootlatch policy learn web-1 -o web-1.yaml    after one boot that you know to be good
  bootlatch policy apply web-1.yaml
  bootlatch decision list                       who was let in or refused
  bootlatch decision show 42                    why, and what has changed in the boot

Every command takes --json: fields are named as in the service's proto in camel case, ids are UUIDs,
digests hexadecimal, times RFC 3339 (enrolledUnixMs is called enrolled); what does not exist is null.

Exit codes:
${exitCodeHelp}

https://no-color.org is honoured. Every command has its own --help.`

/** What commander says of a wrong command line, in the form of every other error. */
function usageJson(text: string): string {
  const [message = '', ...advice] = text.trim().split('\n')
  const error = { code: 'usage/command-line', message: message.replace(/^error: /, ''), advice }
  return `${printableJson({ error })}\n`
}

/** The whole command line; `asJson` is for its mistakes, which are found before options are read. */
export function createProgram(world: World, asJson = false): Command {
  const { out, err, outColours, errColours, columns } = world.terminal
  const program = new Command('bootlatch')
    .description('Operate a Bootlatch policy server.')
    .version(world.version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: out,
      writeErr: err,
      outputError: (text, write) => {
        write(asJson ? usageJson(text) : text)
      },
      getOutHasColors: () => outColours,
      getErrHasColors: () => errColours,
      ...(columns === undefined ? {} : { getOutHelpWidth: () => columns }),
    })
    .configureHelp(helpFormat)
    .addHelpText('after', help)
  for (const add of [
    addServerCommands,
    addMachineCommands,
    addPolicyCommands,
    addAnnouncementCommands,
    addSignerCommands,
    addDecisionCommands,
    addBootCommands,
    addKeyCommands,
    addEventlogCommands,
    addMeasureCommand,
    addCompletionCommand,
  ]) {
    add(program, world)
  }
  return program
}

function showFailure(world: World, failure: Failure, json: boolean): void {
  const { err, errColours } = world.terminal
  const { code, message, advice } = failure
  if (json) {
    err(`${printableJson({ error: { code, message, advice } })}\n`)
    return
  }
  const page = new Page({ colours: errColours }).line(toned('bad', 'error: '), message)
  for (const line of failure.excerpt) page.line('  ', line)
  for (const line of advice) page.line(toned('dim', '  '), line)
  err(page.text)
}

/** Help and version are no mistakes, although commander leaves by an exception for them. */
function exitOfCommander(error: CommanderError): Exit {
  return error.exitCode === 0 ? 'ok' : 'usage'
}

/** Runs one command line and says how the process should end; never throws. */
export async function run(commandLine: readonly string[], surroundings: Omit<World, 'end'>): Promise<number> {
  let exit: Exit = 'ok'
  const world: World = { ...surroundings, end: (chosen) => (exit = chosen) }
  const asJson = commandLine.includes('--json')
  try {
    await createProgram(world, asJson).parseAsync(commandLine, { from: 'user' })
  } catch (thrown) {
    if (thrown instanceof CommanderError) return exitCodes[exitOfCommander(thrown)][0]
    const failure = thrown instanceof Failure ? thrown : mistake(thrown)
    showFailure(world, failure, asJson)
    exit = failure.exit
  }
  return exitCodes[exit][0]
}

function mistake(thrown: unknown): Failure {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new Failure('cli/internal', `bootlatch made a mistake: ${message}`, { cause: thrown })
}
