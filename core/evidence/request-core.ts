import { type PcrBanks } from '../eventlog/index.ts'
import { pcrBanks } from './pcr-banks.ts'
import { bytes, fixed, group, list, record, u32 } from './record.ts'

/** A volume whose key is wanted. */
export interface WantedVolume {
  /** UUID of the LUKS2 header. */
  readonly uuid: Uint8Array
  /** SHA-256 over the keyslot, so that another volume under the same UUID is told apart. */
  readonly keyslotDigest: Uint8Array
}

/** Release: what the quote speaks about and what is asked for. The quote's extraData binds these bytes as they travel. */
export interface RequestCore {
  readonly stateGeneration: number
  readonly pcrs: PcrBanks
  readonly eventLog: Uint8Array
  readonly userspaceLog: Uint8Array
  readonly volumes: readonly WantedVolume[]
}

/** Real firmware logs have 5 to 120 KiB. */
const maxEventLogBytes = 1 << 20
const maxUserspaceLogBytes = 1 << 18
const maxVolumes = 64

export const { encode: encodeRequestCore, decode: decodeRequestCore } = record<RequestCore>(
  'RequestCore',
  'BLrc',
  1,
  group({
    stateGeneration: u32,
    pcrs: pcrBanks,
    eventLog: bytes(maxEventLogBytes),
    userspaceLog: bytes(maxUserspaceLogBytes),
    volumes: list(group({ uuid: fixed(16), keyslotDigest: fixed(32) }), maxVolumes),
  }),
)
