import { hostname } from 'node:os'
import { InvalidArgumentError, Option, type Command } from 'commander'
import {
  defaultState,
  exitCodesHelp,
  print,
  random,
  runCommand,
  tell,
  tpmOption,
  waitOption,
  withState,
} from '../command/index.ts'
import { formatUuid, MachineFolder, parseUuid, settleEnrolment, type Folder } from '../config/index.ts'
import { grpcGateClient, systemClock } from '../gate/index.ts'
import { platformOption, type PlatformSource } from '../platform/index.ts'
import { claimedCommandLine } from './command-line.ts'
import { knownVolumes, type VolumePlace } from './known-volumes.ts'
import { findVolume, mapperName, type Volume } from './luks-volume.ts'
import { withStartSource, type StartOptions, type StartSource } from './start-source.ts'
import { unlock, type Unlocked } from './unlock.ts'

interface UnlockOptions extends StartOptions {
  readonly state: string
  readonly commandLine?: string
  readonly volume?: readonly VolumePlace[]
  readonly server?: string
  readonly platformDocument?: PlatformSource
  readonly test?: true
  readonly wait: number
  readonly json?: true
}

const defaultWaitMs = 120_000

const help = `
Examples:
  bootlatch-agent unlock --boot /etc/bootlatch/boot.yaml
  bootlatch-agent unlock --replay /sys/kernel/security/tpm0/binary_bios_measurements --test --json
  bootlatch-agent unlock --tpm device:/dev/tpmrm0
  bootlatch-agent unlock --boot boot.yaml --volume 11e53cb6-d1b5-4e19-90e5-35cfff6a68af=/dev/vda3

Asks the policy server for the start, measures the boot into the machine's virtual TPM, proves the
result, and opens the volumes with the keys released. Keys go to cryptsetup through a pipe. Without
--volume, those that 'volume add' added.

With --tpm the firmware has measured the boot, and systemd what came since: their logs are read, nothing
is measured, and the TPM is capped before the keys are asked for, or at the end, however it ends (killed
outright: 'bootlatch-agent cap'). It has to be the TPM that the machine was enrolled with.
${exitCodesHelp}`

/** Adds `unlock` to the agent's commands. */
export function addUnlockCommand(program: Command): void {
  program
    .command('unlock')
    .summary('start through both gates and open the volumes')
    .description('Starts this machine under the eyes of the policy server and opens its encrypted volumes.')
    .option('--state <folder>', "the machine's state folder", defaultState)
    .addOption(
      new Option('--boot <file>', 'a boot description (YAML) naming what is measured').conflicts(['replay', 'tpm']),
    )
    .addOption(new Option('--replay <log>', 'a log that firmware recorded, measured again').conflicts('tpm'))
    .addOption(tpmOption('the TPM that the firmware has measured this boot into'))
    .addOption(firmwareOption('--event-log <file>', "the firmware's log", "the kernel's of the first TPM"))
    .addOption(firmwareOption('--userspace-log <file>', 'the log of what came since', "systemd's, if there is one"))
    .option('--command-line <file>', "the kernel's command line, for rules about its words (default: /proc/cmdline)")
    .addOption(new Option('--volume <uuid=device>', 'a volume to open; may be repeated').argParser(collectVolume))
    .option('--server <host:port>', 'another address of the server than the one told at the enrolment')
    .addOption(platformOption())
    .option('--test', 'only prove that the keys open their keyslots')
    .addOption(waitOption('how long the server, or a person, is waited for', defaultWaitMs))
    .option('--json', 'the result in JSON on stdout')
    .addHelpText('after', help)
    .action((options: UnlockOptions, command: Command) => {
      if ([options.boot, options.replay, options.tpm].every((one) => one === undefined)) {
        command.error('bootlatch-agent unlock: give one of --boot, --replay and --tpm', { exitCode: 2 })
      }
      return runCommand(command, options, () => runUnlock(options))
    })
}

function firmwareOption(flags: string, what: string, otherwise: string): Option {
  return new Option(flags, `with --tpm: ${what} (default: ${otherwise})`).conflicts(['boot', 'replay'])
}

function collectVolume(text: string, before: readonly VolumePlace[] = []): readonly VolumePlace[] {
  const [, uuid = '', device] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})=(.+)$/i.exec(text) ?? []
  if (device === undefined) throw new InvalidArgumentError('give UUID=DEVICE')
  return [...before, { uuid: parseUuid(uuid), device }]
}

async function runUnlock(options: UnlockOptions): Promise<void> {
  const { test = false } = options
  const { decision, opened } = await withStartSource(options, (source) => start(source, options))
  const done = test ? 'opens' : 'is open as'
  print(
    [
      `Released (decision ${decision}).`,
      ...opened.map(
        (volume) => `Volume ${formatUuid(volume.uuid)} ${done} ${test ? volume.device : mapperName(volume)}.`,
      ),
    ],
    { outcome: 'released', decision: Number(decision), test, volumes: opened.map(volumeJson) },
    options.json === true,
  )
}

function start({ tpms, measure }: StartSource, options: UnlockOptions): Promise<Unlocked> {
  const { test = false, wait: waitMs, server, commandLine, platformDocument: platform } = options
  return withState(options.state, async (files) => {
    settleEnrolment(files)
    const volumes = await findVolumes(files, options.volume)
    const gates = grpcGateClient
    const tools = { files, gates, tpms, random, clock: systemClock, hostName: hostname(), tell }
    const untrustedTexts = await claimedCommandLine(commandLine)
    return await unlock(tools, { measure, volumes, untrustedTexts, test, waitMs, server, platform })
  })
}

async function findVolumes(files: Folder, wanted?: readonly VolumePlace[]): Promise<readonly Volume[]> {
  const identity = new MachineFolder(files).identity()
  const volumes: Volume[] = []
  for (const { device, uuid } of wanted ?? knownVolumes(files)) volumes.push(await findVolume(device, identity, uuid))
  return volumes
}

function volumeJson(volume: Volume): object {
  return { uuid: formatUuid(volume.uuid), device: volume.device, keyslot: volume.keyslot, mapper: mapperName(volume) }
}
