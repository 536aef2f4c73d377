import { type Command, Option } from 'commander'

interface BootOptions {
  readonly description?: string
  readonly replay?: string
  readonly tpm: string
  readonly control?: string
  readonly logOut?: string
  readonly json?: true
}

const help = `
Examples:
  bootlatch-agent boot --description boot.yaml --tpm swtpm:127.0.0.1:2321
  bootlatch-agent boot --replay binary_bios_measurements --tpm swtpm:unix:/run/tpm/data.sock --json

The TPM is switched on; it is started up if it was not, and refused if a PCR of the boot was extended already.
Exit codes: 0 measured, 1 not measured, 2 wrong command line.`

/** Adds `boot` to the agent's commands. */
export function addBootCommand(program: Command): void {
  program
    .command('boot')
    .summary('measure a boot into a TPM')
    .description(
      'Measures a boot into a TPM as firmware and loaders would, prints the PCR values and writes the event log.',
    )
    .addOption(new Option('--description <file>', 'a boot description (YAML) naming the files').conflicts('replay'))
    .option('--replay <log>', 'a log that firmware recorded')
    .requiredOption('--tpm <address>', 'swtpm:HOST:PORT, swtpm:unix:PATH or device:/dev/tpmrm0')
    .option(
      '--control <endpoint>',
      "swtpm's control socket, for a boot at another locality than 0 (default: one port above)",
    )
    .option('--log-out <file>', 'where to write the event log')
    .option('--json', 'PCR values in JSON on stdout')
    .addHelpText('after', help)
    .action(async (options: BootOptions, command: Command) => {
      const { description, replay } = options
      if ((description === undefined) === (replay === undefined)) {
        command.error('bootlatch-agent boot: give one of --description and --replay', { exitCode: 2 })
      }
      const { bootInto, describeBootFailure } = await import('./boot-into.ts')
      try {
        await bootInto(options, (text) => process.stdout.write(text))
      } catch (error) {
        const failure = describeBootFailure(error)
        if (failure === undefined) throw error
        command.error(`bootlatch-agent boot: ${failure.message}`, { exitCode: failure.exitCode })
      }
    })
}
