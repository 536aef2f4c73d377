import { Reader, WireError, Writer } from '../bytes/index.ts'
import { digestAlgorithm } from './digest-algorithm.ts'
import { type LogAlgorithm } from './log-algorithm.ts'
import { logLimits } from './log-limits.ts'

/** TCG_EfiSpecIDEvent, PFP 10.4.5.1: which algorithms the log's digests have. */
export interface SpecIdEvent {
  readonly platformClass: number
  readonly specVersionMinor: number
  readonly specVersionMajor: number
  readonly specErrata: number
  readonly uintnSize: number
  readonly algorithms: readonly LogAlgorithm[]
  readonly vendorInfo: Uint8Array
}

const signature = new TextEncoder().encode('Spec ID Event03\0')

/** Whether event data starts as that of a crypto-agile log's first event. */
export function isSpecIdEvent(data: Uint8Array): boolean {
  return data.length >= signature.length && signature.every((byte, i) => byte === data[i])
}

/** @throws WireError if the data is not exactly one TCG_EfiSpecIDEvent. */
export function parseSpecIdEvent(data: Uint8Array): SpecIdEvent {
  const from = new Reader(data)
  from.bytes(signature.length)
  const platformClass = from.u32(true)
  const specVersionMinor = from.u8()
  const specVersionMajor = from.u8()
  const specErrata = from.u8()
  const uintnSize = from.u8()
  const algorithms = parseAlgorithms(from)
  const vendorInfo = from.bytes(from.u8())
  from.end()
  return { platformClass, specVersionMinor, specVersionMajor, specErrata, uintnSize, algorithms, vendorInfo }
}

function parseAlgorithms(from: Reader): LogAlgorithm[] {
  const count = from.u32(true)
  if (count === 0 || count > logLimits.algorithms) throw new WireError(`${count} digest algorithms`)

  const algorithms = new Map<number, LogAlgorithm>()
  for (let i = 0; i < count; i++) {
    const id = from.u16(true)
    const digestSize = from.u16(true)
    if (digestSize === 0 || digestSize > logLimits.digestBytes)
      throw new WireError(`algorithm ${id} has digests of ${digestSize} bytes`)
    const known = digestAlgorithm(id)
    if (known !== undefined && known.digestSize !== digestSize)
      throw new WireError(`${known.name} with digests of ${digestSize} bytes`)
    if (algorithms.has(id)) throw new WireError(`algorithm ${id} stands twice`)
    algorithms.set(id, { id, digestSize })
  }
  return [...algorithms.values()]
}

/** The event data of a log's first event. */
export function encodeSpecIdEvent(specId: SpecIdEvent): Uint8Array {
  const to = new Writer().bytes(signature).u32(specId.platformClass, true)
  to.u8(specId.specVersionMinor).u8(specId.specVersionMajor).u8(specId.specErrata).u8(specId.uintnSize)
  to.u32(specId.algorithms.length, true)
  for (const { id, digestSize } of specId.algorithms) to.u16(id, true).u16(digestSize, true)
  return to.u8(specId.vendorInfo.length).bytes(specId.vendorInfo).done()
}
