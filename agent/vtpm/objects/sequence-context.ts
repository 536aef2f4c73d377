import {
  blockCiphers,
  buffer,
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

const algorithm = oneOf(
  'algorithm',
  u16,
  [...hashAlgorithms, ...blockCiphers].map(({ id }) => id),
  RC.value,
)

const SequenceContext = struct('sequenceContext', {
  type: indexOf('type', types),
  safety: indexOf('safety', safeties),
  authValue: TPM2B_AUTH,
  parts: list('parts', struct('part', { algorithm, state: buffer('state', maxStateBytes) }), maxParts),
})

export const encodeSequence = ({ type, safety, ...rest }: SavedSequence): Uint8Array =>
  encode(SequenceContext, { type: types.indexOf(type), safety: safeties.indexOf(safety), ...rest })

/** What was encoded; `content` is zeroed. */
export function decodeSequence(content: Uint8Array): SavedSequence {
  const { type, safety, ...rest } = decode(SequenceContext, content)
  content.fill(0)
  return { type: types[type] ?? 'hash', safety: safeties[safety] ?? 'unknown', ...rest }
}
