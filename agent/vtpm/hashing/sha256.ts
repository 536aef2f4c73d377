import { roundConstants256 } from './round-constants.ts'

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

const rounds = 64
const schedule = new Int32Array(rounds)
const word = (t: number): number => schedule[t] ?? 0

/** FIPS 180-4, 6.2.2: one block of SHA-256. */
export function compressSha256(state: Uint32Array, block: DataView): void {
  for (let t = 0; t < 16; t += 1) schedule[t] = block.getInt32(4 * t)
  for (let t = 16; t < rounds; t += 1)
    schedule[t] = word(t - 16) + sigma0(word(t - 15)) + word(t - 7) + sigma1(word(t - 2))
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let t = 0; t < rounds; t += 1) {
    const choice = (e & f) ^ (~e & g)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + (roundConstants256[t] ?? 0) + word(t)
    const t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  ;[a, b, c, d, e, f, g, h].forEach((value, at) => (state[at] = (state[at] ?? 0) + value))
  schedule.fill(0)
}

const sigma0 = (x: number): number => rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
const sigma1 = (x: number): number => rotate(x, 17) ^ rotate(x, 19) ^ (x >>> 10)
