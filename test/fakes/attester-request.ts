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
import { ALG, digest } from '../../core/tpm/index.ts'
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

/** An event as firmware measures it in all banks: of these bytes, unless it has other data. */
export function event(pcr: number, untrustedType: number, measured: Uint8Array, untrustedData = measured): Event {
  const digests = new Map([ALG.sha1, ALG.sha256, ALG.sha384, ALG.sha512].map((hash) => [hash, digest(hash, measured)]))
  return { index: 0, pcr, untrustedType, digests, untrustedData }
}
