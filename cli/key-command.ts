import type { Command } from 'commander'
import { volumeKey } from './answers.ts'
import { describeKeys } from './machine-page.ts'
import { toned } from './page.ts'
import { online, type World } from './session.ts'
import { withNearMachines } from './suggestion.ts'

/** `bootlatch key …` */
export function addKeyCommands(program: Command, world: World): void {
  const keys = program.command('key').summary('which keys are kept for a machine')
  const command = keys
    .command('show')
    .summary('the keys of a machine: volume, version, when released')
    .description('Shows what is known about the keys of a machine. No command of this program shows a key.')
    .argument('<machine>', 'name or id of the machine')
  online<[machine: string], object>(command, world, async (session, [machine]) => {
    const list = (await withNearMachines(session, machine, session.ask('listKeys', { machine }))).keys.map(volumeKey)
    session.answer({ keys: list }, (page) =>
      list.length === 0 ? page.line('No keys. On the machine: bootlatch-agent volume add') : describeKeys(page, list),
    )
    if (list.length > 0) {
      session.note(toned('dim', 'A key that was released cannot be called back; locking stops the next release only.'))
    }
  })
}
