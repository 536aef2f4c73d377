import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Command } from 'commander'
import { WireError } from '../../core/bytes/index.ts'
import { emulatedTpmHost, withForeignTpm, type TpmHost } from '../attest/index.ts'
import type { TpmAddress } from '../boot/index.ts'
import {
  defaultState,
  exitCodesHelp,
  print,
  random,
  runCommand,
  tpmOption,
  waitOption,
  withNewState,
} from '../command/index.ts'
import { formatUuid, MachineFolder, settleEnrolment } from '../config/index.ts'
import { GateError, grpcGateClient, systemClock } from '../gate/index.ts'
import { enrol } from './enrol.ts'

interface EnrolOptions {
  readonly state: string
  readonly tokenFile: string
  readonly tpm?: TpmAddress
  readonly wait: number
  readonly json?: true
}

const standardInput = 0
const maxTokenChars = 4096
const defaultWaitMs = 60_000

const help = `
Examples:
  bootlatch machine invite web-1 | bootlatch-agent enrol --token-file -
  bootlatch-agent enrol --state /var/lib/bootlatch/agent --token-file /run/join-token
  bootlatch-agent enrol --token-file /run/join-token --tpm device:/dev/tpmrm0

Repeated after a crash or a lost connection, it ends with the same machine. Afterwards the machine waits for
'bootlatch machine accept'.
${exitCodesHelp}`

/** Adds `enrol` to the agent's commands. */
export function addEnrolCommand(program: Command): void {
  program
    .command('enrol')
    .summary('join this machine to a policy server')
    .description('Makes this machine known to the policy server that invited it, and manufactures its virtual TPM.')
    .option('--state <folder>', "the machine's state folder", defaultState)
    .requiredOption('--token-file <file>', 'the join token; - reads it from standard input')
    .addOption(tpmOption('the TPM that the firmware measures into, instead of a virtual one of the agent'))
    .addOption(waitOption('how long a server out of reach is waited for', defaultWaitMs))
    .option('--json', 'the result in JSON on stdout')
    .addHelpText('after', help)
    .action((options: EnrolOptions, command: Command) => runCommand(command, options, () => runEnrol(options)))
}

async function runEnrol({ state, tokenFile, tpm, wait, json }: EnrolOptions): Promise<void> {
  const joinToken = readFileSync(tokenFile === '-' ? standardInput : tokenFile, 'utf8')
    .slice(0, maxTokenChars)
    .trim()
  const enrolWith = (tpms: TpmHost) =>
    withNewState(state, async (files) => {
      settleEnrolment(files)
      const tools = { files, gates: grpcGateClient, tpms, random, clock: systemClock, patienceMs: wait }
      const identity = await enrol(tools, { joinToken, hostName: hostname() })
      return { ...identity, machineKey: new MachineFolder(files).machineKeyFingerprint() }
    })
  const enrolled = await (tpm === undefined ? enrolWith(emulatedTpmHost) : withForeignTpm(tpm, enrolWith)).catch(
    (thrown: unknown) => {
      throw aboutToken(thrown, tokenFile)
    },
  )
  const { machineId, machineName, mainAddress, machineKey } = enrolled
  const id = formatUuid(machineId)
  const lines = [
    `Enrolled as ${machineName} (${id}) at ${mainAddress}.`,
    `Machine key ${machineKey}`,
    'It waits to be accepted: compare the machine key first.',
  ]
  print(lines, { outcome: 'enrolled', machineId: id, machineName, machineKey, mainAddress }, json === true)
}

/** What to do about a token that is none, or that the server does not take: it never says why. */
function aboutToken(thrown: unknown, tokenFile: string): unknown {
  const another = "'bootlatch machine invite' makes another"
  if (thrown instanceof GateError && thrown.problem === 'refused') {
    return new GateError('refused', `the join token may be used up, expired or altered; ${another}`, { cause: thrown })
  }
  if (thrown instanceof WireError && thrown.path[0] === 'JoinToken') {
    return new WireError(`holds no join token (${thrown.message}); ${another}`, [tokenFile], { cause: thrown })
  }
  return thrown
}
