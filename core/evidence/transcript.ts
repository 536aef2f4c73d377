import { Writer } from '../bytes/index.ts'

/** A label and fields, each behind its UINT32 length: no two different lists of fields give the same bytes. */
export function transcript(label: string, ...fields: readonly Uint8Array[]): Uint8Array {
  const to = new Writer()
  for (const field of [new TextEncoder().encode(label), ...fields]) to.u32(field.length).bytes(field)
  return to.done()
}
