import { WireError } from '../bytes/index.ts'
import { type PcrBanks } from '../eventlog/index.ts'
import { pcrBanks } from './pcr-banks.ts'
import { fixed, group, list, record, text, u32, view, type Field } from './record.ts'

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
  /**
   * Texts that the machine says were measured where logs hold their digest only, as the kernel's command line: what the rules
   * about words look at, once the digest of one is found among the measurements.
   */
  readonly untrustedTexts?: readonly string[]
}

/** Real firmware logs have 5 to 120 KiB. */
export const requestLimits = { eventLogBytes: 1 << 20, userspaceLogBytes: 1 << 18 } as const
const maxVolumes = 64
const maxTexts = 8
const maxTextBytes = 4096

const magic = 'BLrc'
const fields = {
  stateGeneration: u32,
  pcrs: pcrBanks,
  eventLog: view(requestLimits.eventLogBytes),
  userspaceLog: view(requestLimits.userspaceLogBytes),
  volumes: list(group({ uuid: fixed(16), keyslotDigest: fixed(32) }), maxVolumes),
}

const texts = list(text(maxTextBytes, /^[\x20-\x7e\t\n]+$/), maxTexts)
/** The second form exists for what the first cannot say: one value has one encoding. */
const someTexts: Field<readonly string[]> = {
  read(from) {
    const values = texts.read(from)
    if (values.length === 0) throw new WireError('no text: that is the first form')
    return values
  },
  write: (to, values) => {
    texts.write(to, values)
  },
}

const first = record<Omit<RequestCore, 'untrustedTexts'>>('RequestCore', magic, 1, group(fields))
const second = record<Required<RequestCore>>('RequestCore', magic, 2, group({ ...fields, untrustedTexts: someTexts }))
const versionAt = magic.length

/** @throws WireError for what is beyond the limits. */
export const encodeRequestCore = ({ untrustedTexts = [], ...core }: RequestCore): Uint8Array =>
  untrustedTexts.length === 0 ? first.encode(core) : second.encode({ ...core, untrustedTexts })

/** @throws WireError naming the field. */
export const decodeRequestCore = (bytes: Uint8Array): RequestCore =>
  bytes[versionAt] === 2 ? second.decode(bytes) : first.decode(bytes)
