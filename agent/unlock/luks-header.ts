import { z } from 'zod'
import { KeyslotError, keyslotDigest } from '../../core/keys/index.ts'
import { formatUuid, parseUuid } from '../config/index.ts'
import { runCryptsetup } from './cryptsetup.ts'

/** LUKS2 on-disk format, 3.2. */
export const maxKeyslots = 32
export const tokenType = 'bootlatch'

const id = z.string().regex(/^(?:0|[1-9][0-9]{0,2})$/)
const headerJson = z.object({
  keyslots: z.record(
    id,
    z.object({ kdf: z.looseObject({ type: z.string(), iterations: z.number().optional() }).optional() }),
  ),
  tokens: z.record(id, z.looseObject({ type: z.string(), keyslots: z.array(id) })),
})

const ownToken = z.strictObject({
  type: z.literal(tokenType),
  keyslots: z.tuple([id]),
  machine: z.guid(),
  server: z.string().regex(/^[0-9a-f]{64}$/),
})

/** Which of a volume's keyslots the server holds the key of. */
export interface OwnKeyslot {
  readonly keyslot: number
  readonly machineId: Uint8Array
  /** Lower-case hexadecimal. */
  readonly serverId: string
}

/** A volume's LUKS2 header, as cryptsetup read it (of its two copies, the newest intact one). */
export class LuksHeader {
  readonly device: string
  readonly uuid: Uint8Array
  readonly #json: string
  readonly #parsed: z.infer<typeof headerJson>

  /** @throws KeyslotError if the text is not the JSON of a LUKS2 header. */
  constructor(device: string, uuid: Uint8Array, json: string) {
    const parsed = headerJson.safeParse(parseJson(json))
    if (!parsed.success) throw new KeyslotError('header-malformed', { cause: parsed.error })
    this.device = device
    this.uuid = uuid
    this.#json = json
    this.#parsed = parsed.data
  }

  /** The keyslots that tokens of ours name. */
  get ownKeyslots(): readonly OwnKeyslot[] {
    return Object.values(this.#parsed.tokens)
      .map((token) => ownToken.safeParse(token))
      .filter((token) => token.success)
      .map(({ data: { keyslots, machine, server } }) => ({
        keyslot: Number(keyslots[0]),
        machineId: parseUuid(machine),
        serverId: server,
      }))
  }

  /** The lowest keyslot that is not in use. */
  get freeKeyslot(): number | undefined {
    return Array.from({ length: maxKeyslots }, (_, slot) => slot).find((slot) => !this.hasKeyslot(slot))
  }

  hasKeyslot(keyslot: number): boolean {
    return this.#parsed.keyslots[keyslot.toString()] !== undefined
  }

  /** Whether a keyslot is as the agent makes them, and nobody's: no token names it. */
  isOrphan(keyslot: number): boolean {
    const kdf = this.#parsed.keyslots[keyslot.toString()]?.kdf
    const isNamed = Object.values(this.#parsed.tokens).some(({ keyslots }) => keyslots.includes(keyslot.toString()))
    return kdf?.type === ownKdf.type && kdf.iterations === ownKdf.iterations && !isNamed
  }

  /** @throws KeyslotError */
  keyslotDigest(keyslot: number): Uint8Array {
    return keyslotDigest(this.#json, keyslot)
  }
}

/** A key of 256 random bits gains nothing from a slow derivation; 1000 is the least that cryptsetup takes. */
export const ownKdf = { type: 'pbkdf2', iterations: 1000 } as const

/** @throws CryptsetupError if the device has no LUKS2 header; KeyslotError if cryptsetup prints none. */
export async function readLuksHeader(device: string): Promise<LuksHeader> {
  const json = await runCryptsetup(['luksDump', '--dump-json-metadata', device])
  const uuid = await runCryptsetup(['luksUUID', device])
  return new LuksHeader(device, parseUuid(uuid.trim()), json)
}

/** The token by which a later boot finds its keyslot and its server again, even where the rest of the disk is lost. */
export function ownTokenJson({ keyslot, machineId, serverId }: OwnKeyslot): string {
  return JSON.stringify({
    type: tokenType,
    keyslots: [keyslot.toString()],
    machine: formatUuid(machineId),
    server: serverId,
  } satisfies z.input<typeof ownToken>)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new KeyslotError('header-malformed', { cause })
  }
}
