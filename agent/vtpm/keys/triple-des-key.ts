const desKeyBytes = 8
const withoutParity = 0xfe
const parity = 1

/** The bytes of a weak key without their parity: what stands in its first half, and what then in its second. */
const weakBytes: ReadonlyMap<number, number> = new Map([
  [0x00, 0x00],
  [0x1e, 0x0e],
  [0xe0, 0xf0],
  [0xfe, 0xfe],
])

/** The 64 keys of DES that are weak, half weak or may be: both halves of the schedule repeat themselves (SP 800-67, 3.3.2). */
function isWeakDesKey(key: Uint8Array): boolean {
  const bytes = key.map((byte) => byte & withoutParity)
  const [first, second] = [bytes.subarray(0, 4), bytes.subarray(4)]
  const isOfThem = first.every((byte, at) => weakBytes.get(byte) === second[at])
  return isOfThem && first.reduce((sum, byte) => sum ^ byte, 0) === 0
}

function isSameButParity(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, at) => ((byte ^ (other[at] ?? 0)) & withoutParity) === 0)
}

/** Whether Triple-DES is no more with this key than DES: a part of it is weak, or neighbours cancel each other. */
export function isWeakTripleDesKey(key: Uint8Array): boolean {
  const parts = Array.from({ length: key.length / desKeyBytes }, (_, at) =>
    key.subarray(desKeyBytes * at, desKeyBytes * (at + 1)),
  )
  return parts.some((part, at) => {
    const next = parts[at + 1]
    return isWeakDesKey(part) || (next !== undefined && isSameButParity(part, next))
  })
}

/** The byte with its last bit such that an odd number of them is set. */
function withOddParity(byte: number): number {
  let bits = byte & withoutParity
  for (const shift of [4, 2, 1]) bits ^= bits >> shift
  return (byte & withoutParity) | (~bits & parity)
}

/** Of 2^50 random keys one is weak: a source that goes on giving them is broken. */
const maxTries = 8

/** A key of odd parity that is not weak, from the first bytes of a source that make one. */
export function drawTripleDesKey(bytes: number, random: (bytes: number) => Uint8Array): Uint8Array {
  for (let tries = 0; tries < maxTries; tries++) {
    const key = random(bytes).map(withOddParity)
    if (!isWeakTripleDesKey(key)) return key
  }
  throw new Error('the source of keys gives weak ones only')
}
