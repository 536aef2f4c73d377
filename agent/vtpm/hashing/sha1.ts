const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

/** FIPS 180-4, 4.1.1 and 4.2.1: what each quarter of the rounds does with three words, and what it adds. */
const quarters = [
  { mix: (b: number, c: number, d: number) => (b & c) | (~b & d), added: 0x5a827999 },
  { mix: (b: number, c: number, d: number) => b ^ c ^ d, added: 0x6ed9eba1 },
  { mix: (b: number, c: number, d: number) => (b & c) | (b & d) | (c & d), added: 0x8f1bbcdc },
  { mix: (b: number, c: number, d: number) => b ^ c ^ d, added: 0xca62c1d6 },
] as const
const roundsOfQuarter = 20

const schedule = new Int32Array(80)

/** FIPS 180-4, 6.1.2: one block of SHA-1. */
export function compressSha1(state: Uint32Array, block: DataView): void {
  for (let t = 0; t < 16; t += 1) schedule[t] = block.getInt32(4 * t)
  for (let t = 16; t < 80; t += 1) schedule[t] = rotate(word(t - 3) ^ word(t - 8) ^ word(t - 14) ^ word(t - 16), 1)
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state
  quarters.forEach(({ mix, added }, quarter) => {
    for (let t = quarter * roundsOfQuarter; t < (quarter + 1) * roundsOfQuarter; t += 1) {
      const next = (rotate(a, 5) + mix(b, c, d) + e + added + word(t)) | 0
      e = d
      d = c
      c = rotate(b, 30)
      b = a
      a = next
    }
  })
  ;[a, b, c, d, e].forEach((value, at) => (state[at] = (state[at] ?? 0) + value))
  schedule.fill(0)
}

const word = (t: number): number => schedule[t] ?? 0
