import { writeSync } from 'node:fs'
import { Command, CommanderError } from 'commander'

declare const BOOTLATCH_VERSION: string | undefined

const version = typeof BOOTLATCH_VERSION === 'undefined' ? 'development' : BOOTLATCH_VERSION
const standardError = 2
const exit = { error: 1, usage: 2 } as const
/** Nothing the agent creates is for other users. */
const ownerOnlyUmask = 0o077

const help = `
A machine, from its invitation to an open volume:
  bootlatch-agent enrol --token-file token                  then bootlatch machine accept, by an operator
  bootlatch-agent volume add --device /dev/vda3 --existing-key-file /etc/disk.key
  bootlatch-agent unlock --boot /etc/bootlatch/boot.yaml    at each start

Exit codes: 0 done, 1 error, 2 wrong command line, 3 refused, 4 held for a person.
Every command has its own --help.`

type AddCommands = (program: Command) => void

/** The commands; only the parts behind the one that is asked for are loaded. */
const commands: Readonly<Record<string, () => Promise<AddCommands>>> = {
  enrol: async () => (await import('./enrol/index.ts')).addEnrolCommand,
  unlock: async () => (await import('./unlock/index.ts')).addUnlockCommand,
  cap: async () => (await import('./unlock/index.ts')).addCapCommand,
  volume: async () => (await import('./unlock/index.ts')).addVolumeCommands,
  status: async () => (await import('./unlock/index.ts')).addStatusCommand,
  'attestation-token': async () => (await import('./unlock/index.ts')).addAttestationCommand,
  boot: async () => (await import('./boot/index.ts')).addBootCommand,
  host: async () => (await import('./host/index.ts')).addHostCommand,
  tpm: async () => {
    const [{ addTpmCommands }, { addManufactureCommand }] = await Promise.all([
      import('./channel/index.ts'),
      import('./manufacture/index.ts'),
    ])
    return (program) => {
      addManufactureCommand(addTpmCommands(program))
    }
  },
}

async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command('bootlatch-agent')
    .description('Measures how this machine boots, proves it to the policy server, and opens its disks.')
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', help)
    .exitOverride()
  const asked = commands[args[0] ?? '']
  for (const load of asked === undefined ? Object.values(commands) : [asked]) (await load())(program)
  return program
}

async function main(args: readonly string[]): Promise<void> {
  try {
    const program = await programFor(args)
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = exitCodeOf(error)
      return
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    writeSync(standardError, `bootlatch-agent: ${text}\n`)
    process.exitCode = exit.error
  }
}

/** A command that failed has said how it ends; anything else of commander's is a command line it does not take. */
function exitCodeOf({ code, exitCode }: CommanderError): number {
  if (code === 'commander.error' || exitCode === 0) return exitCode
  writeSync(standardError, '(bootlatch-agent --help says more)\n')
  return exit.usage
}

process.umask(ownerOnlyUmask)
await main(process.argv.slice(2))
