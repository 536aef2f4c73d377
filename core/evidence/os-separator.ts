import { digestTable } from './digest-table.ts'
import { type MeasuredEvent } from './measured-event.ts'

export const osSeparator = new TextEncoder().encode('os-separator')
const constants = digestTable([['os-separator', osSeparator]])

/**
 * Whether an event is the word by which systemd parts, early in the initrd, what it measures from what came before: in PCR 0 to
 * 7, 9 and 12 to 14 (systemd-pcrosseparator.service). Like all constants it is known by its digest, and can hide nothing.
 */
export function isOsSeparator(event: Pick<MeasuredEvent, 'digests'>): boolean {
  return constants(event) !== undefined
}
