import { existsSync } from 'node:fs'
import { InvalidArgumentError, type Command } from 'commander'
import { defaultState, exitCodesHelp, print, runCommand } from '../command/index.ts'
import { DiskFolder, MachineFolder, NotEnrolled } from '../config/index.ts'
import { grpcGateClient } from '../gate/index.ts'
import { bootGateOf } from './boot-gate-of.ts'

interface AttestationOptions {
  readonly state: string
  readonly audience: string
  readonly nonce?: string
  readonly server?: string
  readonly json?: true
}

const help = `
Examples:
  bootlatch-agent attestation-token --audience https://vault.example.com:8200
  vault write auth/bootlatch/login role=web \\
    jwt=$(bootlatch-agent attestation-token --audience https://vault.example.com:8200)

The policy server signs (a JWT) that the boot this machine runs in was accepted, for one audience and
some minutes. It does so only for the machine's newest boot, and not after a later request of the machine
was refused or held.
${exitCodesHelp}`

/** Adds `attestation-token` to the agent's commands. */
export function addAttestationCommand(program: Command): void {
  program
    .command('attestation-token')
    .summary('a signed statement for somebody else that this boot was accepted')
    .description('Asks the policy server for an attestation result of the boot that this machine runs in.')
    .requiredOption('--audience <name>', 'who is to rely on it, as he calls himself', readAudience)
    .option('--nonce <text>', 'what he gave to bind it to his question: 8 to 88 characters of base64', readNonce)
    .option('--state <folder>', "the machine's state folder", defaultState)
    .option('--server <host:port>', 'another address of the server than the one told at the enrolment')
    .option('--json', 'token and expiry in JSON on stdout')
    .addHelpText('after', help)
    .action((options: AttestationOptions, command: Command) =>
      runCommand(command, options, () => printToken(options, options.json === true)),
    )
}

function readAudience(text: string): string {
  if (!/^[\x21-\x7e]{1,256}$/.test(text)) throw new InvalidArgumentError('give 1 to 256 printable characters')
  return text
}

function readNonce(text: string): string {
  if (!/^[0-9A-Za-z_+/=-]{8,88}$/.test(text)) throw new InvalidArgumentError('give 8 to 88 characters of base64')
  return text
}

/** It only reads the machine's folder: whoever starts or enrols meanwhile is not disturbed. */
async function printToken(
  { state, audience, nonce = '', server }: Omit<AttestationOptions, 'json'>,
  json: boolean,
): Promise<void> {
  if (!existsSync(state))
    throw new NotEnrolled(`${state} is not there: the machine is not enrolled (bootlatch-agent enrol)`)
  const gate = bootGateOf(grpcGateClient, new MachineFolder(new DiskFolder(state)), server)
  try {
    const { token, expiresUnixMs } = await gate.attest({ audience, nonce })
    print([token], { token, expires: new Date(expiresUnixMs).toISOString() }, json)
  } finally {
    gate.close()
  }
}
