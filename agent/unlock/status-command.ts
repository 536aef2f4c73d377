import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { toHex } from '../../core/bytes/index.ts'
import { emulatedTpmHost } from '../attest/index.ts'
import { defaultState, exitCodesHelp, print, runCommand } from '../command/index.ts'
import { DiskFolder, formatUuid, MachineFolder, NotEnrolled } from '../config/index.ts'
import { knownVolumes } from './known-volumes.ts'

interface StatusOptions {
  readonly state: string
  readonly json?: true
}

/** Adds `status` to the agent's commands. */
export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('say who this machine is, without asking anybody')
    .option('--state <folder>', "the machine's state folder", defaultState)
    .option('--json', 'in JSON on stdout')
    .addHelpText('after', `\n${exitCodesHelp}`)
    .action((options: StatusOptions, command: Command) =>
      runCommand(command, options, () => {
        showStatus(options)
        return Promise.resolve()
      }),
    )
}

function showStatus({ state, json = false }: { readonly state: string; readonly json?: boolean }): void {
  if (!existsSync(state))
    throw new NotEnrolled(`${state} is not there: the machine is not enrolled (bootlatch-agent enrol)`)
  const files = new DiskFolder(state)
  const machine = new MachineFolder(files)
  const { machineId, machineName, mainAddress, serverId } = machine.identity()
  const { generation } = emulatedTpmHost.peek(machine.statePath)
  const unconfirmed = machine.bootTokens().length - 1
  const volumes = knownVolumes(files).map(({ uuid, device }) => ({ uuid: formatUuid(uuid), device }))
  const id = formatUuid(machineId)
  const machineKey = machine.machineKeyFingerprint()
  print(
    [
      `Machine     ${machineName} (${id})`,
      `Machine key ${machineKey}`,
      `Server      ${mainAddress}`,
      `TPM state   generation ${generation}`,
      `Requests    ${unconfirmed} without an answer`,
      ...volumes.map(({ uuid, device }) => `Volume      ${uuid} on ${device}`),
    ],
    {
      machineId: id,
      machineName,
      machineKey,
      mainAddress,
      serverId: toHex(serverId),
      generation,
      unconfirmed,
      volumes,
    },
    json,
  )
}
