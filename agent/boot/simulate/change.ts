import { z } from 'zod'
import { fromHex } from '../../../core/bytes/index.ts'
import { encodeUefiVariable, encodeUtf16, EV, parseGuid, type Event } from '../../../core/eventlog/index.ts'
import { measuredEvent, type SimulatedBoot } from './simulated-boot.ts'

/** A change that cannot be made to this boot. */
export class ChangeError extends Error {
  override readonly name = 'ChangeError'
}

/** One kind of change: how it is written, and what it does to a boot. */
export interface Change<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema
  readonly apply: (boot: SimulatedBoot, given: never) => SimulatedBoot
}

export function change<Schema extends z.ZodType>(
  schema: Schema,
  apply: (boot: SimulatedBoot, given: z.output<Schema>) => SimulatedBoot,
): Change<Schema> {
  return { schema, apply: apply }
}

export const hex = z
  .string()
  .regex(/^(?:[0-9a-f]{2})*$/, 'bytes in lower-case hexadecimal')
  .transform(fromHex)
export const index = z.int().min(1).describe('Number of an event, as `bootlatch eventlog show` counts them')
export const pcr = z.int().min(0).max(23)
const eventTypes = Object.keys(EV) as [keyof typeof EV, ...(keyof typeof EV)[]]
export const eventType = z.union([
  z
    .enum(eventTypes.map((name) => `EV_${name}` as const) as [string, ...string[]])
    .transform((name) => EV[name.slice(3) as keyof typeof EV]),
  z.int().min(0).max(0xffff_ffff),
])

/** Bytes as a person writes them: text, text in UTF-16, hexadecimal, or a UEFI variable. */
export const bytes = z.union([
  z.string().transform((text) => new TextEncoder().encode(text)),
  z.strictObject({ hex }).transform((given) => given.hex),
  z.strictObject({ utf16: z.string() }).transform(({ utf16 }) => encodeUtf16(utf16)),
  z
    .strictObject({
      variable: z.string(),
      guid: z.string(),
      data: z.union([
        z.string().transform((text) => new TextEncoder().encode(text)),
        z.strictObject({ hex }).transform((given) => given.hex),
      ]),
    })
    .transform(({ variable, guid, data }) => encodeUefiVariable({ vendorGuid: parseGuid(guid), name: variable, data })),
])

export const measured = z.strictObject({
  pcr,
  type: eventType.default(EV.IPL),
  measured: bytes.describe('What was hashed'),
  data: bytes.optional().describe('What the log says of it; what was hashed, if not given'),
})

export function known(events: readonly Event[], at: number): Event {
  const event = events.find((one) => one.index === at)
  if (event === undefined) throw new ChangeError(`the boot has no event ${at}`)
  return event
}

export function eventOf({ pcr: at, type, measured: hashed, data }: z.output<typeof measured>): Event {
  return measuredEvent(at, type, hashed, data ?? hashed)
}

export function bytesEdit(what: string) {
  return z
    .strictObject({
      truncate: z.int().min(1).optional().describe('This many bytes are missing at the end'),
      append: hex.optional(),
      flip: z.int().min(0).optional().describe('One bit of the byte at this offset is another'),
      become: hex.optional(),
    })
    .describe(`Bytes of ${what} are other ones`)
}

export function edited(whole: Uint8Array, edit: z.output<ReturnType<typeof bytesEdit>>): Uint8Array {
  const start = edit.become ?? whole
  const kept = start.slice(0, start.length - (edit.truncate ?? 0))
  if (edit.flip !== undefined) {
    if (edit.flip >= kept.length) throw new ChangeError(`there are ${kept.length} bytes`)
    kept[edit.flip] = (kept[edit.flip] ?? 0) ^ 1
  }
  return Uint8Array.from([...kept, ...(edit.append ?? [])])
}
