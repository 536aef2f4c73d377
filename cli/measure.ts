import type { Command } from 'commander'
import {
  digestAlgorithmNamed,
  type EventLog,
  eventTypeName,
  type LogAlgorithm,
  replay,
  untrustedHint,
} from '../core/eventlog/index.ts'
import { toHex } from '../core/bytes/index.ts'
import { eventAnswer, pcrsAnswer, touchedPcrs } from './eventlog.ts'
import { Failure } from './failure.ts'
import { addMeasureImport } from './measure-import-command.ts'
import { offline, readLimited, refusing, writeOver } from './offline.ts'
import { toned } from './page.ts'
import { quotePlace } from './policy-source.ts'
import type { World } from './session.ts'

interface MeasureOptions {
  readonly bank: readonly string[]
  readonly logOut?: string
}

const largestDescriptionBytes = 1 << 20
const defaultBanks = ['sha1', 'sha256', 'sha384', 'sha512']

/** `bootlatch measure FILE`: works on files alone. */
export function addMeasureCommand(program: Command, world: World): void {
  const command = program
    .command('measure')
    .summary('compute the PCR values that a boot will have')
    .description(
      'Computes from files the events and PCR values of a boot that a boot description names (docs/boot-description.md).',
    )
    .argument('<description>', 'boot description (YAML); file names in it are relative to it')
    .option('--bank <name...>', 'banks to compute', defaultBanks)
    .option('--log-out <file>', 'write the event log of this boot')
    .addHelpText(
      'after',
      `
Example:
  printf 'kind: BootDescription\\nuki: { image: linux.efi }\\n' > boot.yaml
  bootlatch measure boot.yaml`,
    )
  addMeasureImport(command, world)
  offline<[path: string], MeasureOptions>(command, world, async (session, [path], { bank, logOut }) => {
    const algorithms = bank.map(bankNamed)
    const { describedBoot } = await import('../agent/boot/index.ts')
    const log = await refusing('boot/description', undefined, async () =>
      (await describedBoot(path)).log(algorithms),
    ).catch((thrown: unknown) => quoting(thrown, path))
    const banks = replay(log)
    if (logOut !== undefined) await writeLog(logOut, log)
    session.answer({ events: log.events.map(eventAnswer), pcrs: pcrsAnswer(banks) }, (page) => {
      page.table(
        ['NO', 'PCR', 'TYPE', `DIGEST (${bank[0] ?? ''})`, 'SAYS OF ITSELF'],
        log.events.map((event) => [
          String(event.index),
          String(event.pcr),
          eventTypeName(event.untrustedType),
          toHex(event.digests.get(algorithms[0]?.id ?? 0) ?? new Uint8Array()),
          toned('dim', untrustedHint(event)),
        ]),
      )
      const touched = touchedPcrs(log)
      for (const [name, values] of Object.entries(pcrsAnswer(banks))) {
        page.line('')
        page.line(toned('strong', name))
        page.facts(
          Object.entries(values)
            .filter(([pcr]) => touched.has(Number(pcr)))
            .map(([pcr, value]) => [`  ${pcr}`, value]),
        )
      }
    })
  })
}

/** Adds the line of the description that an error names. */
async function quoting(thrown: unknown, path: string): Promise<never> {
  if (!(thrown instanceof Failure) || !thrown.message.startsWith(`${path}:`)) throw thrown
  const excerpt = quotePlace(thrown.message, new TextDecoder().decode(await readLimited(path, largestDescriptionBytes)))
  throw new Failure(thrown.code, thrown.message, { cause: thrown, excerpt })
}

function bankNamed(name: string): LogAlgorithm {
  const algorithm = digestAlgorithmNamed(name)
  if (algorithm === undefined) {
    throw new Failure('boot/description', `no PCR bank is called ${name}`, {
      exit: 'usage',
      advice: [`Usual are ${defaultBanks.join(', ')}.`],
    })
  }
  return { id: algorithm.id, digestSize: algorithm.digestSize }
}

async function writeLog(path: string, log: EventLog): Promise<void> {
  const { writeEventLog } = await import('../core/eventlog/index.ts')
  await writeOver(path, writeEventLog(log))
}
