import { equalInPublic } from '../bytes/index.ts'
import { digest } from '../tpm/index.ts'
import { type MeasuredEvent } from './measured-event.ts'

interface Row<Name> {
  readonly name: Name
  readonly digest: Uint8Array
}

/** Recognizes constants by their digest: which of them an event measured, if all its banks agree on one. */
export function digestTable<Name extends string>(
  rows: readonly (readonly [name: Name, ...values: readonly Uint8Array[]])[],
): (event: Pick<MeasuredEvent, 'digests'>) => Name | undefined {
  /** By bank, then by the first bytes: nearly every event is none of the constants, and is told so by one look. */
  const banks = new Map<number, ReadonlyMap<number, readonly Row<Name>[]>>()
  const bankOf = (hash: number) => {
    const known = banks.get(hash) ?? byFirstBytes(hash, rows)
    banks.set(hash, known)
    return known
  }
  const nameOf = (hash: number, measured: Uint8Array): Name | undefined =>
    bankOf(hash)
      .get(firstBytes(measured))
      ?.find((row) => equalInPublic(row.digest, measured))?.name
  return ({ digests }) => {
    let agreed: Name | undefined
    let isFirst = true
    for (const [hash, measured] of digests) {
      const name = nameOf(hash, measured)
      if (name === undefined || (!isFirst && name !== agreed)) return undefined
      agreed = name
      isFirst = false
    }
    return agreed
  }
}

function byFirstBytes<Name>(
  hash: number,
  rows: readonly (readonly [name: Name, ...values: readonly Uint8Array[]])[],
): ReadonlyMap<number, readonly Row<Name>[]> {
  const table = new Map<number, Row<Name>[]>()
  for (const [name, ...values] of rows)
    for (const value of values) {
      const row = { name, digest: digest(hash, value) }
      const key = firstBytes(row.digest)
      table.set(key, [...(table.get(key) ?? []), row])
    }
  return table
}

function firstBytes(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
}
