import type { Command } from 'commander'
import { capPcr } from '../../core/evidence/index.ts'
import { TpmClient } from '../../core/tpm/index.ts'
import { cap, withForeignTpm } from '../attest/index.ts'
import type { TpmAddress } from '../boot/index.ts'
import { exitCodesHelp, print, runCommand, tpmOption } from '../command/index.ts'

interface CapOptions {
  readonly tpm: TpmAddress
  readonly json?: true
}

const help = `
Example, in the unit that runs 'unlock --tpm' (docs/operating.md):
  ExecStopPost=/usr/bin/bootlatch-agent cap --tpm device:/dev/tpmrm0

'unlock --tpm' caps the TPM itself, also where it fails or is told to end. Nothing can be done by a process that is killed
outright: this command is for whoever runs next. A second cap does no harm; only a reset takes it back.
${exitCodesHelp}`

/** Adds `cap` to the agent's commands. */
export function addCapCommand(program: Command): void {
  program
    .command('cap')
    .summary("end this boot's right to keys")
    .description('Extends PCR 15 of a TPM that firmware has started, so that nothing in this boot gets keys any more.')
    .addOption(tpmOption('the TPM that the firmware has measured this boot into').makeOptionMandatory())
    .option('--json', 'the result in JSON on stdout')
    .addHelpText('after', help)
    .action((options: CapOptions, command: Command) =>
      runCommand(command, options, async () => {
        await withForeignTpm(options.tpm, (_, transport) => cap(new TpmClient(transport), capPcr))
        print(['The TPM is capped.'], { outcome: 'capped' }, options.json === true)
      }),
    )
}
