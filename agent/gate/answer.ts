import { z } from 'zod'
import { GateError } from './gate-error.ts'

/** Building blocks for the strict reading of answers: decoded messages may hold anything. */
const maxBytes = 1 << 20
const maxText = 1 << 17

/** A copy outside the message's pooled buffer. */
export const bytes = (sizes: { readonly exactly?: number } = {}) =>
  z
    .instanceof(Uint8Array)
    .refine(({ length }) => (sizes.exactly === undefined ? length > 0 && length <= maxBytes : length === sizes.exactly))
    .transform((value) => Uint8Array.from(value))

export const text = z.string().min(1).max(maxText)
export const decision = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,19})$/)
  .transform(BigInt)

/** What a Date can be of. */
export const unixMs = z
  .string()
  .regex(/^[1-9][0-9]{0,14}$/)
  .transform(Number)

/** @throws GateError `broken-answer` naming the field. */
export function readAnswer<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
  throw new GateError('broken-answer', `the server's answer is malformed: ${path}`)
}
