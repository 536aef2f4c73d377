import type { z } from 'zod'
import { WireError } from '../bytes/index.ts'

const maxBytes = 1 << 20
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a JSON document of another program by a schema.
 * @throws WireError naming the field.
 */
export function parseJsonObject<Schema extends z.ZodType>(untrusted: Uint8Array, schema: Schema): z.output<Schema> {
  if (untrusted.length > maxBytes) throw new WireError(`${untrusted.length} bytes, more than ${maxBytes}`)
  const parsed = schema.safeParse(decode(untrusted))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new WireError(issue?.message ?? 'malformed', (issue?.path ?? []).map(String))
}

function decode(untrusted: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(untrusted))
  } catch (cause) {
    throw new WireError('not JSON', [], { cause })
  }
}
