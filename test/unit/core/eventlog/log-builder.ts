import { createHash } from 'node:crypto'
import {
  digestAlgorithmNamed,
  type Event,
  type EventLog,
  type LogAlgorithm,
  specIdFor,
} from '../../../../core/eventlog/index.ts'

/** The bank algorithm of a name. */
export function bank(name: string): LogAlgorithm {
  const algorithm = digestAlgorithmNamed(name)
  if (algorithm === undefined) throw new TypeError(name)
  return algorithm
}

export interface Given {
  readonly pcr: number
  readonly type: number
  readonly data: Uint8Array | string
  /** Banks that the event has digests of; all by default. */
  readonly banks?: readonly string[]
}

/** A crypto-agile log whose digests are of the events' data. */
export function logOf(banks: readonly string[], given: readonly Given[]): EventLog & { readonly kind: 'crypto-agile' } {
  const algorithms = banks.map(bank).map(({ id, digestSize }) => ({ id, digestSize }))
  const events = given.map((one, i): Event => ({
    index: i + 1,
    pcr: one.pcr,
    untrustedType: one.type,
    digests: new Map((one.banks ?? banks).map((name) => [bank(name).id, hashOf(name, bytesOf(one.data))])),
    untrustedData: bytesOf(one.data),
  }))
  return { kind: 'crypto-agile', specId: specIdFor(algorithms), algorithms, events }
}

export function hashOf(name: string, data: Uint8Array): Uint8Array {
  return new Uint8Array(
    createHash(digestAlgorithmNamed(name)?.nodeName ?? name)
      .update(data)
      .digest(),
  )
}

export function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? new TextEncoder().encode(data) : data
}
