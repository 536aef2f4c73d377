import { Command, CommanderError } from 'commander'
import {
  addInitCommand,
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

const program = new Command('bootlatch-server')
  .description(
    'Holds the disk keys and the boot policies; releases a key to a machine that may start and booted as it should.',
  )
  .version(version)
  .exitOverride()
  .showHelpAfterError('(bootlatch-server --help says more)')
addInitCommand(program)
addStartCommand(program)
addOperatorCommand(program)
addResetSignersCommand(program)
addRetireResultKeysCommand(program)

process.umask(ownerOnlyUmask)
try {
  await program.parseAsync()
} catch (error) {
  process.exit(error instanceof CommanderError ? (error.exitCode === 0 ? 0 : exitUsage) : report(error))
}
