import { z } from 'zod'
import { fromHex, toHex, WireError } from '../bytes/index.ts'
import { digestAlgorithm, digestAlgorithmNamed } from './digest-algorithm.ts'
import { pcrCount } from './log-limits.ts'

/** One measurement made after the firmware handed over. Its digests are what the TPM was extended with; the rest is a claim. */
export interface UserspaceRecord {
  readonly index: number
  readonly pcr: number
  readonly digests: ReadonlyMap<number, Uint8Array>
  readonly untrustedContentType: string
  readonly untrustedContent: Readonly<Record<string, unknown>>
}

const recordSeparator = '\u001e'
/** Values are walked by functions that call themselves: deeper ones than are ever measured would exhaust the stack. */
export const userspaceLimits = { logBytes: 1 << 20, records: 4096, depth: 32 } as const

const record = z.looseObject({
  pcr: z
    .int()
    .min(0)
    .max(pcrCount - 1),
  digests: z
    .array(z.looseObject({ hashAlg: z.string(), digest: z.string() }))
    .min(1)
    .max(16),
  content_type: z.string().default(''),
  content: z.record(z.string(), z.unknown()).default({}),
})
const nvIndexRecord = z.looseObject({ nv_index: z.int().min(0), pcr: z.never().optional() })

/**
 * Reads a log of measurements: the one that systemd keeps in /run/log/systemd/tpm2-measure.log, a JSON text sequence (RFC 7464)
 * of records near to TCG CEL-JSON, or CEL-JSON itself (TCG Canonical Event Log Format 1.0, 5.3), an array of numbered records.
 * Records that extend an NV index instead of a PCR are left out.
 * @throws WireError naming the record and field.
 */
export function parseUserspaceLog(bytes: Uint8Array): readonly UserspaceRecord[] {
  if (bytes.length > userspaceLimits.logBytes)
    throw new WireError(`${bytes.length} bytes, more than ${userspaceLimits.logBytes}`, ['log'])
  if (bytes.length === 0) return []
  const text = decodeText(bytes)
  return text.startsWith('[') ? parseArray(text) : parseSequence(text)
}

function parseSequence(log: string): readonly UserspaceRecord[] {
  const [before, ...texts] = log.split(recordSeparator)
  if (before !== '') throw new WireError('does not start with a record separator', ['records', 0])
  checkCount(texts.length)
  return texts.flatMap((text, index) => {
    // RFC 7464, 2.4: a record without its line feed is one that was cut off while it was written
    if (!text.endsWith('\n')) throw new WireError('cut off', ['records', index])
    return parseRecord(parseJson(text, index), index) ?? []
  })
}

const numbered = z.looseObject({ recnum: z.int().min(0) })

/** CEL 1.0, 4.2.1: numbers go up by one, so that a record that was taken out is missed. */
function parseArray(log: string): readonly UserspaceRecord[] {
  const array = parseJson(log, 0)
  if (!Array.isArray(array)) throw new WireError('no array', ['records'])
  checkCount(array.length)
  let expected: number | undefined
  return (array as readonly unknown[]).flatMap((json, index) => {
    const { success, data } = numbered.safeParse(json)
    if (!success || data.recnum !== (expected ?? data.recnum))
      throw new WireError('out of order', ['records', index, 'recnum'])
    expected = data.recnum + 1
    return parseRecord(json, index) ?? []
  })
}

function checkCount(records: number): void {
  if (records > userspaceLimits.records) throw new WireError(`more than ${userspaceLimits.records}`, ['records'])
}

/** A log in the form that systemd writes. */
export function writeUserspaceLog(records: readonly UserspaceRecord[]): Uint8Array {
  const texts = records.map((one) => {
    const digests = [...one.digests].map(([id, digest]) => ({
      hashAlg: digestAlgorithm(id)?.name,
      digest: toHex(digest),
    }))
    const fields = { pcr: one.pcr, digests, content_type: one.untrustedContentType, content: one.untrustedContent }
    return `${recordSeparator}${JSON.stringify(fields)}\n`
  })
  return new TextEncoder().encode(texts.join(''))
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new WireError('not UTF-8', ['log'], { cause: error })
  }
}

function parseRecord(json: unknown, index: number): UserspaceRecord | undefined {
  if (nvIndexRecord.safeParse(json).success) return undefined

  const parsed = record.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new WireError(issue?.message ?? 'malformed', ['records', index, ...(issue?.path ?? []).map(String)])
  }
  const { pcr, digests, content_type: untrustedContentType, content: untrustedContent } = parsed.data
  return { index, pcr, digests: parseCelDigests(digests, ['records', index]), untrustedContentType, untrustedContent }
}

function parseJson(text: string, index: number): unknown {
  if (isTooDeep(text)) throw new WireError(`deeper than ${userspaceLimits.depth}`, ['records', index])
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new WireError('not JSON', ['records', index], { cause: error })
  }
}

/** Whatever the text is: brackets count outside of strings, and malformed text is left to the parser. */
function isTooDeep(json: string): boolean {
  let depth = 0
  let isString = false
  for (let at = 0; at < json.length; at++) {
    const letter = json[at]
    if (isString && letter === '\\') at++
    else if (letter === '"') isString = !isString
    else if (!isString && (letter === '{' || letter === '[')) depth++
    else if (!isString && (letter === '}' || letter === ']')) depth--
    if (depth > userspaceLimits.depth) return true
  }
  return false
}

/**
 * TPML_DIGEST_VALUES as CEL-JSON and systemd write them, by TPM_ALG_ID.
 * @throws WireError
 */
export function parseCelDigests(
  rows: readonly { readonly hashAlg: string; readonly digest: string }[],
  at: readonly (string | number)[],
): ReadonlyMap<number, Uint8Array> {
  const digests = new Map<number, Uint8Array>()
  for (const [i, { hashAlg, digest: text }] of rows.entries()) {
    const path = [...at, 'digests', i]
    const algorithm = digestAlgorithmNamed(hashAlg)
    if (algorithm === undefined) throw new WireError('unknown algorithm', [...path, 'hashAlg'])
    if (digests.has(algorithm.id)) throw new WireError(`${hashAlg} stands twice`, [...path, 'hashAlg'])
    if (!/^[0-9a-f]*$/.test(text) || text.length !== 2 * algorithm.digestSize)
      throw new WireError('no digest', [...path, 'digest'])
    digests.set(algorithm.id, fromHex(text))
  }
  return digests
}
