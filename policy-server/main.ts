import { Command, CommanderError } from 'commander'
import {
  addInitCommand,
  addListOperatorsCommand,
  addOperatorCommand,
  addResetSignersCommand,
  addRetireResultKeysCommand,
  addStartCommand,
  report,
  version,
} from './commands/index.ts'

const exitUsage = 2
/** Nothing the server creates is for other users. */
const ownerOnlyUmask = 0o077

const help = `
Examples:
  bootlatch-server init --data /var/lib/bootlatch/server
  bootlatch-server start --config /var/lib/bootlatch/server/server.yaml
  bootlatch-server add-operator alice --config /var/lib/bootlatch/server/server.yaml --out alice.json

What a command did stands on stdout, in lines of JSON; the log and what went wrong on stderr.
Exit codes: 0 done, 1 error, 2 wrong command line.`

const program = new Command('bootlatch-server')
  .description(
    'Holds the disk keys and the boot policies; releases a key to a machine that may start and booted as it should.',
  )
  .version(version, '-V, --version', 'print the version')
  .addHelpText('after', help)
  .exitOverride()
  .showHelpAfterError('(bootlatch-server --help says more)')
addInitCommand(program)
addStartCommand(program)
addOperatorCommand(program)
addListOperatorsCommand(program)
addResetSignersCommand(program)
addRetireResultKeysCommand(program)

process.umask(ownerOnlyUmask)
try {
  await program.parseAsync()
} catch (error) {
  process.exit(error instanceof CommanderError ? (error.exitCode === 0 ? 0 : exitUsage) : report(error))
}
