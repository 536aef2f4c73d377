import { Reader, Writer } from '../../../core/bytes/index.ts'
import type { PlatformFacts } from '../../../core/policy/index.ts'
import type { InForce } from '../../policies/index.ts'
import type { Row } from '../../store/index.ts'
import { decodeByteList, encodeByteList } from '../byte-list.ts'
import { examined, type PlatformRecord } from './presented.ts'

/** A platform document as a boot keeps it: enough to verify and judge it again. */
export function encodePlatform({ presented, knownInstance = '' }: PlatformRecord): Uint8Array {
  const { untrustedDocument, nonce, receivedUnixMs } = presented
  const received = new Writer().u64(BigInt(receivedUnixMs)).done()
  return encodeByteList([untrustedDocument, nonce, received, new TextEncoder().encode(knownInstance)])
}

/** What the document of a boot is to the issuers that count now, beside the instance that was known before it. */
export async function bootPlatform(
  policy: InForce,
  boot: Pick<Row<'boots'>, 'platform'> | undefined,
): Promise<PlatformFacts> {
  const kept = boot?.platform ?? null
  if (kept === null) return await examined(policy, undefined, undefined)
  const { presented, knownInstance } = decodePlatform(kept)
  return await examined(policy, presented, knownInstance)
}

/** @throws WireError if the bytes are not what `encodePlatform` writes. */
function decodePlatform(bytes: Uint8Array): PlatformRecord {
  const empty = new Uint8Array(0)
  const [untrustedDocument = empty, nonce = empty, received = empty, known = empty] = decodeByteList(bytes)
  const receivedUnixMs = Number(new Reader(received).u64())
  const knownInstance = known.length === 0 ? undefined : new TextDecoder().decode(known)
  return { presented: { untrustedDocument, nonce, receivedUnixMs }, knownInstance }
}
