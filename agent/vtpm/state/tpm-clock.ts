import { struct, TPMI_YES_NO, u32, u64, type Infer } from '../../../core/tpm/index.ts'

/** The clock is written to NV each time it passes a multiple of this (TPM_PT_CLOCK_UPDATE). */
export const clockUpdateMs = 4096n

/** Ticks of the oscillator that count as a millisecond, and how far ClockRateAdjust may move that; libtpms' values. */
const nominalRate = 30_000
const maxRateChange = 5_000
const microsecondsPerMs = 1000

/** Whether ClockRateAdjust can have brought a clock to so many ticks. */
export const isClockRate = (rate: number): boolean => Math.abs(rate - nominalRate) <= maxRateChange

/** A clock that stands still: what it goes on from. */
export const ClockState = struct('clock', {
  microseconds: u64,
  rate: u32,
  clock: u64,
  persisted: u64,
  isSafe: TPMI_YES_NO,
})
export type ClockState = Infer<typeof ClockState>

/** Time and Clock of one power cycle (Part 1, 36). */
export class TpmClock {
  readonly #now: () => number
  /** When the rate was last changed, and the time of then. */
  #from: { readonly now: number; readonly time: number }
  #rate = nominalRate
  #base: bigint
  #persisted: bigint
  #safe: boolean
  /** The time at which the clock goes through its next update interval. */
  #dueAt = 0

  /** `now` counts milliseconds and never goes back; `base` is the clock as it was last persisted. */
  constructor(now: () => number, base: bigint, safe: boolean) {
    this.#now = now
    this.#from = { now: now(), time: 0 }
    this.#base = base
    this.#persisted = base
    this.#safe = safe
    this.#schedule()
  }

  /** A clock that goes on from where another stood. */
  resumed(from: ClockState): TpmClock {
    const clock = new TpmClock(this.#now, 0n, from.isSafe === 1)
    clock.#from = { now: this.#now(), time: Number(from.microseconds) / microsecondsPerMs }
    clock.#rate = from.rate
    clock.#base = from.clock - clock.time
    clock.#persisted = from.persisted
    clock.#schedule()
    return clock
  }
  get state(): ClockState {
    const [microseconds, clock] = [BigInt(Math.floor(this.#exactTime * microsecondsPerMs)), this.clock]
    return { microseconds, rate: this.#rate, clock, persisted: this.#persisted, isSafe: this.#safe ? 1 : 0 }
  }

  /** Milliseconds since power on. */
  get time(): bigint {
    return BigInt(Math.max(0, Math.floor(this.#exactTime)))
  }
  get #exactTime(): number {
    return this.#from.time + ((this.#now() - this.#from.now) * nominalRate) / this.#rate
  }
  /** Makes time run faster or, by a negative number of ticks, slower; the time of now stays. */
  adjustRate(ticks: number): void {
    this.#from = { now: this.#now(), time: this.#exactTime }
    this.#rate = Math.max(nominalRate - maxRateChange, Math.min(nominalRate + maxRateChange, this.#rate - ticks))
  }
  /** Milliseconds the TPM was powered on in its life, as far as they were persisted. */
  get clock(): bigint {
    return this.#base + this.time
  }
  /** False while the clock may repeat a value it showed before the last loss of power. */
  get isSafe(): boolean {
    return this.#safe
  }
  /** TPM2_Clear sets the clock to zero; the time since power on goes on. */
  restart(): void {
    this.#base = -this.time
    this.#persisted = 0n
    this.#safe = true
    this.#schedule()
  }
  /** Sets the clock forward; past an update interval it is persisted, and cannot repeat a value. */
  advance(to: bigint): void {
    if (to / clockUpdateMs > this.clock / clockUpdateMs) this.#safe = true
    this.#base = to - this.time
    this.#schedule()
  }
  /** Whether the clock went through an update interval since it was last persisted. */
  get isDue(): boolean {
    return this.#exactTime >= this.#dueAt
  }
  /** Every command asks whether it is time: with numbers, which cost nothing, where a time itself is a BigInt. */
  #schedule(): void {
    this.#dueAt = Number((this.#persisted / clockUpdateMs + 1n) * clockUpdateMs - this.#base)
  }
  /** Says that this value of the clock is about to become durable. */
  markPersisted(value: bigint): void {
    if (value / clockUpdateMs > this.#base / clockUpdateMs) this.#safe = true
    this.#persisted = value
    this.#schedule()
  }
}
