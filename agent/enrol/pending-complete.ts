import { concat, Reader, WireError, Writer } from '../../core/bytes/index.ts'
import type { SignedCore } from '../gate/index.ts'

/**
 * The last request of an enrolment, kept before it is sent: where its answer is lost, the same request gets it again, and the
 * TPM that was made need not be thrown away.
 */
export interface PendingComplete {
  readonly joinAddress: string
  readonly anchorSha256: Uint8Array
  readonly machineId: Uint8Array
  readonly serverId: Uint8Array
  readonly request: SignedCore
}

export const pendingCompleteFile = 'complete.request'

const head = Uint8Array.of(0x42, 0x4c, 0x63, 0x72, 1) // "BLcr", version 1
const maxAddressBytes = 260
const maxCoreBytes = 4096
const signatureBytes = 64

export function encodePendingComplete(pending: PendingComplete): Uint8Array {
  const address = new TextEncoder().encode(pending.joinAddress)
  const { core, signature } = pending.request
  const fixed = concat(head, pending.anchorSha256, pending.machineId, pending.serverId, signature)
  return new Writer().bytes(fixed).u16(address.length).bytes(address).u16(core.length).bytes(core).done()
}

/** @throws WireError if the bytes are not what `encodePendingComplete` writes. */
export function decodePendingComplete(bytes: Uint8Array): PendingComplete {
  const reader = new Reader(bytes)
  if (!reader.bytes(head.length).every((byte, at) => byte === head[at])) throw new WireError('other magic or version')
  const anchorSha256 = reader.bytes(32)
  const machineId = reader.bytes(16)
  const serverId = reader.bytes(32)
  const signature = reader.bytes(signatureBytes)
  const joinAddress = new TextDecoder().decode(reader.bytes(atMost(maxAddressBytes, reader.u16())))
  const core = reader.bytes(atMost(maxCoreBytes, reader.u16()))
  reader.end()
  return { joinAddress, anchorSha256, machineId, serverId, request: { core, signature } }
}

function atMost(max: number, size: number): number {
  if (size > max) throw new WireError(`${size} bytes, more than ${max}`)
  return size
}
