import { createHash } from 'node:crypto'
import { z } from 'zod'

const label = 'bootlatch/v1/luks2-keyslot'
/** LUKS2 on-disk format, 2.2: the JSON area of the largest header. */
const maxHeaderLength = 4 * 1024 * 1024
const maxKeyslots = 32

/** Why a LUKS2 header gives no digest for a keyslot. */
export type KeyslotProblem =
  'header-too-large' | 'header-malformed' | 'no-such-keyslot' | 'no-volume-key-digest' | 'null-cipher'

/** A LUKS2 header that cannot stand for a volume. */
export class KeyslotError extends Error {
  override readonly name = 'KeyslotError'
  readonly problem: KeyslotProblem
  constructor(problem: KeyslotProblem, options?: ErrorOptions) {
    super(`LUKS2 header: ${problem}`, options)
    this.problem = problem
  }
}

const json = z.json()
const numbered = <Item extends z.ZodType>(item: Item) => z.record(z.string().regex(/^(?:0|[1-9][0-9]{0,3})$/), item)
/** LUKS2 on-disk format, chapter 3: what is read of it. */
const luks2Json = z.object({
  keyslots: numbered(z.looseObject({ type: z.literal('luks2'), area: z.looseObject({ encryption: z.string() }) })),
  segments: numbered(z.looseObject({ type: z.string(), encryption: z.string().optional() })),
  digests: numbered(z.looseObject({ keyslots: z.array(z.string()), segments: z.array(z.string()) })),
})

/**
 * SHA-256 over what makes a keyslot this keyslot of this volume: the keyslot, the digest of the volume key it opens, and the
 * segments under that key. A header forged to carry the same UUID, or the same keyslot over another volume key or other
 * data, gives another digest; adding or removing other keyslots and tokens does not change it.
 * @throws KeyslotError
 */
export function keyslotDigest(luks2HeaderJson: string, keyslot: number): Uint8Array {
  const header = parseHeader(luks2HeaderJson)
  const slot = header.keyslots[keyslot.toString()]
  if (slot === undefined) throw new KeyslotError('no-such-keyslot')
  const digest = Object.values(header.digests).find(({ keyslots }) => keyslots.includes(keyslot.toString()))
  if (digest === undefined || digest.segments.length === 0) throw new KeyslotError('no-volume-key-digest')
  const segments = digest.segments.map((id) => header.segments[id])

  // A keyslot or a segment under the null cipher opens for any passphrase: a volume that its forger can read.
  for (const cipher of [slot.area.encryption, ...segments.map((segment) => segment?.encryption)]) {
    if (cipher === undefined || /null/i.test(cipher)) throw new KeyslotError('null-cipher')
  }
  const bound = json.parse([
    label,
    keyslot,
    without(slot, ['priority']),
    without(digest, ['keyslots', 'segments']),
    segments,
  ])
  return Uint8Array.from(createHash('sha256').update(canonical(bound)).digest())
}

function parseHeader(text: string): z.infer<typeof luks2Json> {
  if (text.length > maxHeaderLength) throw new KeyslotError('header-too-large')
  try {
    const header = luks2Json.parse(JSON.parse(text))
    if (Object.keys(header.keyslots).length > maxKeyslots) throw new KeyslotError('header-too-large')
    return header
  } catch (cause) {
    throw cause instanceof KeyslotError ? cause : new KeyslotError('header-malformed', { cause })
  }
}

function without(members: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)))
}

/** RFC 8785 for what a LUKS2 header holds: object keys sorted, no white space. */
function canonical(value: z.infer<typeof json>): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`
}
