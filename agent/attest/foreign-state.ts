import { Reader, WireError, Writer } from '../../core/bytes/index.ts'

/** What the state file of a machine holds whose TPM is not the agent's: which TPM it is. */
export interface ForeignState {
  /** Name of the EK on a curve. */
  readonly ekName: Uint8Array
}

const head = Uint8Array.of(0x42, 0x4c, 0x66, 0x74, 1) // "BLft", version 1
/** A Name with SHA-256: the algorithm and the digest. */
const nameBytes = 34

export function encodeForeignState({ ekName }: ForeignState): Uint8Array {
  if (ekName.length !== nameBytes) throw new WireError(`a Name of ${ekName.length} bytes`, ['ekName'])
  return new Writer().bytes(head).bytes(ekName).done()
}

/** @throws WireError if the bytes are not what `encodeForeignState` writes. */
export function decodeForeignState(bytes: Uint8Array): ForeignState {
  const from = new Reader(bytes)
  if (!from.bytes(head.length).every((byte, at) => byte === head[at])) throw new WireError('no record of a foreign TPM')
  const ekName = from.bytes(nameBytes)
  from.end()
  return { ekName }
}
