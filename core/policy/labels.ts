import { Reader } from '../bytes/index.ts'
import { EV, eventTypeName, untrustedHint } from '../eventlog/index.ts'
import { type MeasuredEvent, type UkiSection } from '../evidence/index.ts'

const sectionLabels: Partial<Record<UkiSection, string>> = {
  '.linux': 'kernel',
  '.initrd': 'initrd',
  '.cmdline': 'commandLine',
  '.osrel': 'osRelease',
  '.ucode': 'microcode',
  '.uname': 'kernelVersion',
}

/** The part of a unified kernel image that a section holds. */
export function sectionLabel(section: UkiSection): string {
  return sectionLabels[section] ?? `${section.slice(1)}Section`
}

/** Tags of TCG_PCClientTaggedEvent that the Linux EFI stub and systemd use (UAPI.7). */
const tagLabels: ReadonlyMap<number, string> = new Map([
  [0x8f3b22ed, 'commandLine'],
  [0x8f3b22ec, 'initrd'],
  [0x13c2e70d, 'credentials'],
])

/** What an event outside PCR 4 and 11 calls itself, as a name for eyes: nothing may be decided by it. */
export function eventLabel(event: MeasuredEvent): string {
  const { untrustedType, untrustedData, pcr } = event
  const tag =
    untrustedType === EV.EVENT_TAG && untrustedData.length >= 4 ? new Reader(untrustedData).u32(true) : undefined
  const label = tag === undefined ? undefined : tagLabels.get(tag)
  return label ?? (pcr === 12 ? 'loaderCommandLine' : `pcr${pcr}Event`)
}

/** What the log says of an event that failed a rule; one that passed needs no explanation. */
export function hintOf(event: MeasuredEvent, passed: boolean): { readonly untrustedHint?: string } {
  if (passed || event.log === 'implied') return {}
  return { untrustedHint: `${eventTypeName(event.untrustedType)}: ${untrustedHint(event)}` }
}

/** Where an event stands. */
export function sourceText({ log, index, pcr }: MeasuredEvent): string {
  if (log === 'implied') return `in no log, PCR ${pcr}`
  return `${log} log, event ${index}, PCR ${pcr}`
}
