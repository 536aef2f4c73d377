import { WireError, type Reader } from '../bytes/index.ts'
import { pcrCount, type PcrBanks } from '../eventlog/index.ts'
import { type Field } from './record.ts'

const maxBanks = 8
const maxDigestBytes = 64

/** PcrBanks on the wire: banks and PCRs ascending, each once, so that one set of values has one encoding. */
export const pcrBanks: Field<PcrBanks> = {
  read(from) {
    return readMap(from, maxBanks, 0xffff, () => readMap(from, pcrCount, pcrCount - 1, () => readDigest(from)))
  },
  write(to, banks) {
    to.u16(atMost(maxBanks, banks.size))
    for (const [algorithm, pcrs] of ascending(banks)) {
      to.u16(algorithm).u16(atMost(pcrCount, pcrs.size))
      for (const [pcr, digest] of ascending(pcrs)) {
        if (pcr >= pcrCount) throw new WireError(`no PCR ${pcr}`)
        to.u16(pcr).u16(atMost(maxDigestBytes, digest.length)).bytes(digest)
      }
    }
  },
}

function readMap<T>(from: Reader, maxEntries: number, maxKey: number, readValue: () => T): ReadonlyMap<number, T> {
  const map = new Map<number, T>()
  const count = atMost(maxEntries, from.u16())
  let last = -1
  for (let i = 0; i < count; i++) {
    const key = from.u16()
    if (key <= last || key > maxKey) throw new WireError(`${key} repeated, out of order or out of range`)
    last = key
    map.set(key, readValue())
  }
  return map
}

function readDigest(from: Reader): Uint8Array {
  return from.bytes(atMost(maxDigestBytes, from.u16()))
}

function atMost(max: number, count: number): number {
  if (count > max) throw new WireError(`at most ${max}, not ${count}`)
  return count
}

function ascending<T>(map: ReadonlyMap<number, T>): readonly (readonly [number, T])[] {
  return [...map].sort(([left], [right]) => left - right)
}
