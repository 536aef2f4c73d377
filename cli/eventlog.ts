import type { Command } from 'commander'
import { toHex } from '../core/bytes/index.ts'
import {
  coversItsData,
  digestAlgorithm,
  EV,
  type Event,
  type EventLog,
  eventTypeName,
  parseEventLog,
  parseUserspaceLog,
  type PcrBanks,
  replay,
  untrustedHint,
} from '../core/eventlog/index.ts'
import { offline, type OfflineSession, readLimited, refusing } from './offline.ts'
import { type Cell, toned } from './page.ts'
import type { World } from './session.ts'

const largestLogBytes = 16 << 20
/** The digest that a person compares; the others say nothing new. */
const preferredBanks = ['sha256', 'sha384', 'sha512', 'sha1']

/** `bootlatch eventlog …`: works on files alone. */
export function addEventlogCommands(program: Command, world: World): void {
  const logs = program.command('eventlog').summary('read a TCG event log, offline')
  addShow(logs, world)
  addReplay(logs, world)
}

const logHelp = `
A running Linux machine shows its log as root in:
  /sys/kernel/security/tpm0/binary_bios_measurements`

function addShow(logs: Command, world: World): void {
  const command = logs
    .command('show')
    .summary('list the events of a log')
    .description(
      'Lists the events of a TCG event log. Only the digests are held by the TPM: type and text are claims of whoever wrote the log.',
    )
    .argument('<file>', 'the log as firmware hands it over')
    .addHelpText('after', logHelp)
  offline<[path: string], object>(command, world, async (session, [path]) => {
    const log = await readLog(path)
    session.answer(logAnswer(log), (page) => {
      const bank = preferredBank(log)
      page.table(
        ['NO', 'PCR', 'TYPE (untrusted)', `DIGEST (${bank?.name ?? 'none'})`, 'SAYS OF ITSELF (untrusted)'],
        log.events.map((event) => [
          String(event.index),
          event.pcr === 0xffff_ffff ? '-' : String(event.pcr),
          eventTypeName(event.untrustedType),
          toHex((bank === undefined ? undefined : event.digests.get(bank.id)) ?? new Uint8Array()),
          claim(event),
        ]),
      )
    })
    session.note(toned('dim', `${log.kind} log, ${log.events.length} events. Type and text are not measured.`))
  })
}

interface ReplayOptions {
  readonly userspace?: string
}

function addReplay(logs: Command, world: World): void {
  const command = logs
    .command('replay')
    .summary('compute the PCR values that a log leads to')
    .description(
      'Computes the value that each PCR has if the log is true, in every bank of the log. PCRs that the log does not touch have their reset value.',
    )
    .argument('<file>', 'the log as firmware hands it over')
    .option(
      '--userspace <file>',
      'a log of later measurements, as systemd keeps it in /run/log/systemd/tpm2-measure.log',
    )
    .addHelpText('after', logHelp)
  offline<[path: string], ReplayOptions>(command, world, async (session, [path], { userspace }) => {
    const log = await readLog(path)
    const records =
      userspace === undefined
        ? []
        : await refusing('log/malformed', userspace, async () =>
            parseUserspaceLog(await readLimited(userspace, largestLogBytes)),
          )
    const banks = await refusing('log/malformed', path, () => replay(log, records))
    showPcrs(session, banks)
  })
}

/** PCR values as an answer: hexadecimal by bank and PCR. */
export function pcrsAnswer(banks: PcrBanks): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return Object.fromEntries(
    [...banks].map(([id, bank]) => [
      bankName(id),
      Object.fromEntries([...bank].map(([pcr, value]) => [String(pcr), toHex(value)])),
    ]),
  )
}

/** Shows PCR values, those left at their reset value in one line. */
export function showPcrs(session: OfflineSession, banks: PcrBanks): void {
  session.answer({ pcrs: pcrsAnswer(banks) }, (page) => {
    for (const [id, bank] of banks) {
      page.line(toned('strong', bankName(id)))
      page.facts(
        [...bank].map(([pcr, value]) => [`  ${pcr}`, isReset(value) ? toned('dim', toHex(value)) : toHex(value)]),
      )
    }
  })
}

/** The PCRs that a log extends. */
export function touchedPcrs(log: EventLog): ReadonlySet<number> {
  return new Set(log.events.filter(({ untrustedType }) => untrustedType !== EV.NO_ACTION).map(({ pcr }) => pcr))
}

function isReset(value: Uint8Array): boolean {
  return value.every((byte) => byte === value[0])
}

function bankName(id: number): string {
  return digestAlgorithm(id)?.name ?? `0x${id.toString(16)}`
}

function preferredBank(log: EventLog): { readonly id: number; readonly name: string } | undefined {
  const banks = log.algorithms.map(({ id }) => ({ id, name: bankName(id) }))
  return preferredBanks.flatMap((name) => banks.find((bank) => bank.name === name) ?? [])[0] ?? banks[0]
}

async function readLog(path: string): Promise<EventLog> {
  const bytes = await readLimited(path, largestLogBytes)
  return refusing('log/malformed', path, () => parseEventLog(bytes))
}

function logAnswer(log: EventLog): unknown {
  return { kind: log.kind, banks: log.algorithms.map(({ id }) => bankName(id)), events: log.events.map(eventAnswer) }
}

/** What an event says of itself, and a warning where its digests say otherwise. */
function claim(event: Event): Cell {
  const hint = untrustedHint(event)
  return coversItsData(event) === false ? toned('bad', `${hint} (its digest is of something else)`) : toned('dim', hint)
}

/** An event as an answer; what nothing vouches for is called untrusted. */
export function eventAnswer(event: Event): unknown {
  return {
    index: event.index,
    pcr: event.pcr,
    untrustedType: event.untrustedType,
    untrustedTypeName: eventTypeName(event.untrustedType),
    digests: Object.fromEntries([...event.digests].map(([id, digest]) => [bankName(id), toHex(digest)])),
    untrustedData: toHex(event.untrustedData),
    untrustedHint: untrustedHint(event),
    coversItsData: coversItsData(event) ?? null,
  }
}
