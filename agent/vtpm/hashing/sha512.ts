import { roundConstants } from './round-constants.ts'

const rounds = 80
/** Numbers of 64 bits are pairs of words, the high one at the even place. */
const schedule = new Uint32Array(2 * rounds)
const working = new Uint32Array(16)
const word = (at: number): number => schedule[at] ?? 0
const part = (at: number): number => working[at] ?? 0

/** The high and the low word of a rotation to the right, by less than 32 or, with the words exchanged, by more. */
const rotated = (x: number, y: number, by: number): number => (x >>> by) | (y << (32 - by))
const carry = (sum: number): number => Math.floor(sum / 0x1_0000_0000)

const sigma0 = (x: number, y: number, shifted: number): number => rotated(x, y, 1) ^ rotated(x, y, 8) ^ shifted
const sigma1 = (x: number, y: number, shifted: number): number => rotated(x, y, 19) ^ rotated(y, x, 29) ^ shifted
const Sigma0 = (x: number, y: number): number => rotated(x, y, 28) ^ rotated(y, x, 2) ^ rotated(y, x, 7)
const Sigma1 = (x: number, y: number): number => rotated(x, y, 14) ^ rotated(x, y, 18) ^ rotated(y, x, 9)

function extendSchedule(): void {
  for (let t = 32; t < 2 * rounds; t += 2) {
    const h15 = word(t - 30)
    const l15 = word(t - 29)
    const h2 = word(t - 4)
    const l2 = word(t - 3)
    const low =
      word(t - 31) +
      (sigma0(l15, h15, rotated(l15, h15, 7)) >>> 0) +
      word(t - 13) +
      (sigma1(l2, h2, rotated(l2, h2, 6)) >>> 0)
    const high = word(t - 32) + sigma0(h15, l15, h15 >>> 7) + word(t - 14) + sigma1(h2, l2, h2 >>> 6) + carry(low)
    schedule[t] = high
    schedule[t + 1] = low
  }
}

/** FIPS 180-4, 6.4.2: one block of SHA-512, and of SHA-384. */
export function compressSha512(state: Uint32Array, block: DataView): void {
  for (let t = 0; t < 32; t += 1) schedule[t] = block.getUint32(4 * t)
  extendSchedule()
  working.set(state)
  for (let t = 0; t < 2 * rounds; t += 2) {
    const ah = part(0)
    const al = part(1)
    const eh = part(8)
    const el = part(9)
    const choiceHigh = (eh & part(10)) ^ (~eh & part(12))
    const choiceLow = ((el & part(11)) ^ (~el & part(13))) >>> 0
    const majorityHigh = (ah & part(2)) ^ (ah & part(4)) ^ (part(2) & part(4))
    const majorityLow = ((al & part(3)) ^ (al & part(5)) ^ (part(3) & part(5))) >>> 0
    const low1 = part(15) + (Sigma1(el, eh) >>> 0) + choiceLow + (roundConstants[t + 1] ?? 0) + word(t + 1)
    const high1 = part(14) + Sigma1(eh, el) + choiceHigh + (roundConstants[t] ?? 0) + word(t) + carry(low1)
    const low2 = (Sigma0(al, ah) >>> 0) + majorityLow
    const high2 = Sigma0(ah, al) + majorityHigh + carry(low2)
    const lowE = part(7) + (low1 >>> 0)
    const highE = part(6) + high1 + carry(lowE)
    const lowA = (low1 >>> 0) + (low2 >>> 0)
    const highA = high1 + high2 + carry(lowA)
    working.copyWithin(2, 0, 14)
    working[8] = highE
    working[9] = lowE
    working[0] = highA
    working[1] = lowA
  }
  for (let at = 0; at < 16; at += 2) {
    const low = (state[at + 1] ?? 0) + part(at + 1)
    state[at] = (state[at] ?? 0) + part(at) + carry(low)
    state[at + 1] = low
  }
  schedule.fill(0)
  working.fill(0)
}
