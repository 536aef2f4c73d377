import {
  blockCiphers,
  buffer,
  CodecError,
  decode,
  encode,
  hashAlgorithms,
  list,
  oneOf,
  RC,
  struct,
  TPM2B_AUTH,
  u16,
  u8,
} from '../../../core/tpm/index.ts'
import type { SavedSequence } from '../state/sequence-object.ts'

const types = ['hash', 'hmac', 'event', 'cmac'] as const
const safeties = ['unknown', 'unsafe', 'safe'] as const
/** As many hashes as there are algorithms; HMAC has two of one. */
const maxParts = 4
const maxStateBytes = 256

const indexOf = (name: string, values: readonly unknown[]) => oneOf(name, u8, [...values.keys()], RC.value)

const hashes: readonly number[] = hashAlgorithms.map(({ id }) => id)
const ciphers: readonly number[] = blockCiphers.map(({ id }) => id)
const algorithm = oneOf('algorithm', u16, [...hashes, ...ciphers], RC.value)

const SequenceContext = struct('sequenceContext', {
  type: indexOf('type', types),
  safety: indexOf('safety', safeties),
  authValue: TPM2B_AUTH,
  parts: list('parts', struct('part', { algorithm, state: buffer('state', maxStateBytes) }), maxParts),
})

export const encodeSequence = ({ type, safety, ...rest }: SavedSequence): Uint8Array =>
  encode(SequenceContext, { type: types.indexOf(type), safety: safeties.indexOf(safety), ...rest })

/**
 * What was encoded; `content` is zeroed.
 * @throws WireError if the content is none, or made of what no sequence of its type is.
 */
export function decodeSequence(content: Uint8Array): SavedSequence {
  const { type: typeIndex, safety, ...rest } = decode(SequenceContext, content)
  content.fill(0)
  const type = types[typeIndex] ?? 'hash'
  if (!isMadeOf(type, rest.parts)) throw new CodecError(RC.value, `no parts of a sequence of type ${type}`, ['parts'])
  return { type, safety: safeties[safety] ?? 'unknown', ...rest }
}

function isMadeOf(type: SavedSequence['type'], parts: SavedSequence['parts']): boolean {
  const first = parts[0]?.algorithm ?? 0
  const wanted = { hash: [first], hmac: [first, first], event: hashes, cmac: [first] }[type]
  const isOne = (type === 'cmac' ? ciphers : hashes).includes(first)
  return isOne && parts.length === wanted.length && parts.every((part, at) => part.algorithm === wanted[at])
}
