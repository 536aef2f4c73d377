import { fromHex } from '../../core/bytes/index.ts'
import { type RequestCore } from '../../core/evidence/index.ts'
import {
  digestAlgorithmNamed,
  parseEventLog,
  replay,
  writeEventLog,
  type Event,
  type PcrBanks,
} from '../../core/eventlog/index.ts'
import { recordedLog, recordedPcrs, type BootName } from '../vectors/vectors.ts'

/** The request that a machine sends after one of the recorded boots. */
export function recordedRequest(boot: BootName): RequestCore {
  return {
    stateGeneration: 1,
    pcrs: recordedBanks(boot),
    eventLog: recordedLog(boot),
    userspaceLog: new Uint8Array(0),
    volumes: [{ uuid: new Uint8Array(16).fill(7), keyslotDigest: new Uint8Array(32).fill(8) }],
  }
}

function recordedBanks(boot: BootName): PcrBanks {
  return new Map(
    Object.entries(recordedPcrs(boot)).map(([bank, values]) => [
      digestAlgorithmNamed(bank)?.id ?? 0,
      new Map(Object.entries(values).map(([pcr, value]) => [Number(pcr), fromHex(value)])),
    ]),
  )
}

/** A request of a machine whose firmware logged and measured these events instead. */
export function alteredRequest(boot: BootName, edit: (events: readonly Event[]) => readonly Event[]): RequestCore {
  const recorded = parseEventLog(recordedLog(boot))
  const log = { ...recorded, events: edit(recorded.events) }
  return { ...recordedRequest(boot), pcrs: replay(log), eventLog: writeEventLog(log) }
}

export { measuredEvent as event } from '../../agent/boot/simulate/simulated-boot.ts'
