import { type Event } from '../eventlog/index.ts'

/** An event whose digests, and whose place among the events of its PCR, the quote vouches for. Type and data remain claims. */
export interface MeasuredEvent extends Event {
  /** Who wrote it down; nobody did where only it explains the PCR, and it is known what firmware measures there. */
  readonly log: 'firmware' | 'userspace' | 'implied'
}
