import { toHex } from '../bytes/index.ts'
import { digest } from '../tpm/index.ts'
import { type MeasuredEvent } from './replayed-log.ts'

/** Recognizes constants by their digest: which of them an event measured, if all its banks agree on one. */
export function digestTable<Name extends string>(
  rows: readonly (readonly [name: Name, ...values: readonly Uint8Array[]])[],
): (event: MeasuredEvent) => Name | undefined {
  const banks = new Map<number, ReadonlyMap<string, Name>>()
  const bankOf = (hash: number) => {
    const known =
      banks.get(hash) ??
      new Map(rows.flatMap(([name, ...values]) => values.map((value) => [toHex(digest(hash, value)), name] as const)))
    banks.set(hash, known)
    return known
  }
  return ({ digests }) => {
    const names = new Set([...digests].map(([hash, measured]) => bankOf(hash).get(toHex(measured))))
    return names.size === 1 ? [...names][0] : undefined
  }
}
