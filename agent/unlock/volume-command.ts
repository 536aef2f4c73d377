import { resolve } from 'node:path'
import type { Command } from 'commander'
import { toHex } from '../../core/bytes/index.ts'
import { defaultState, exitCodesHelp, print, random, runCommand, waitOption, withState } from '../command/index.ts'
import { formatUuid, MachineFolder, settleEnrolment, type Folder } from '../config/index.ts'
import { grpcGateClient, persist, systemClock, type BootGate } from '../gate/index.ts'
import { addVolume } from './add-volume.ts'
import { bootGateOf } from './boot-gate-of.ts'
import { keepVolume } from './known-volumes.ts'

interface AddOptions {
  readonly state: string
  readonly device: string
  readonly existingKeyFile: string
  readonly server?: string
  readonly wait: number
  readonly json?: true
}

const defaultWaitMs = 60_000

const help = `
Example:
  bootlatch-agent volume add --device /dev/vda3 --existing-key-file /etc/disk.key

Draws a random key, adds it to the volume as a keyslot, and deposits it at the policy server. If the server does not take
it, the volume stays as it was. Keep another way to open the volume: this one needs the server.
${exitCodesHelp}`

/** Adds `volume` to the agent's commands. */
export function addVolumeCommands(program: Command): void {
  const volume = program.command('volume').description('the encrypted volumes of this machine')
  volume
    .command('add')
    .description('give a LUKS2 volume a key that the policy server keeps')
    .option('--state <folder>', "the machine's state folder", defaultState)
    .requiredOption('--device <device>', 'the LUKS2 volume: a block device or an image file')
    .requiredOption('--existing-key-file <file>', 'a key file that opens the volume already')
    .option('--server <host:port>', 'another address of the server than the one told at the enrolment')
    .addOption(waitOption('how long a server out of reach is waited for', defaultWaitMs))
    .option('--json', 'the result in JSON on stdout')
    .addHelpText('after', help)
    .action((options: AddOptions, command: Command) => runCommand(command, options, () => runAdd(options)))
}

async function runAdd(options: AddOptions): Promise<void> {
  const device = resolve(options.device)
  const added = await withState(options.state, (files) => addTo(files, device, options))
  const uuid = formatUuid(added.uuid)
  const what = added.added ? 'was added' : 'is there already'
  print(
    [`Volume ${uuid}: keyslot ${added.keyslot} ${what}; the policy server keeps its key.`],
    { outcome: what, uuid, device, keyslot: added.keyslot, keyslotDigest: toHex(added.keyslotDigest) },
    options.json === true,
  )
}

async function addTo(files: Folder, device: string, { existingKeyFile, server, wait }: AddOptions) {
  settleEnrolment(files)
  const machine = new MachineFolder(files)
  const gate = patient(bootGateOf(grpcGateClient, machine, server), wait)
  try {
    const added = await addVolume({ device, existingKeyFile, identity: machine.identity(), files, gate, random })
    keepVolume(files, { uuid: added.uuid, device })
    return added
  } finally {
    gate.close()
  }
}

/** A deposit whose answer is lost is made again, with the same key. */
function patient(gate: BootGate, waitMs: number): Pick<BootGate, 'depositKey' | 'close'> {
  return {
    depositKey: (deposit) => persist(systemClock, systemClock.now() + waitMs, () => gate.depositKey(deposit)),
    close: () => {
      gate.close()
    },
  }
}
