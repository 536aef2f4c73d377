import { Reader } from '../bytes/index.ts'
import { EV, eventTypeName, untrustedHint } from '../eventlog/index.ts'
import { type MeasuredEvent, type UkiSection, vouchingCertificate } from '../evidence/index.ts'

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
  [0x6c46f751, 'deviceTree'],
  [0x49dffe0f, 'addonInitrd'],
  [0xdac08e1a, 'addonMicrocode'],
  [0xf5bc582a, 'loaderSettings'],
  [0xd5cb7cbc, 'systemIdentity'],
  [0xe0d47bc8, 'boardIdentity'],
  [0xc0b3bd23, 'oemStrings'],
])

/** How GRUB and systemd begin what they say of an event. */
const textLabels: readonly (readonly [pcr: number, text: RegExp, label: string])[] = [
  [8, /^grub_cmd: /, 'grubCommand'],
  [8, /^kernel_cmdline: /, 'commandLine'],
  [8, /^module_cmdline: /, 'moduleCommandLine'],
  [9, /^[/(]/, 'file'],
  [12, /^(?:Global )?[Cc]redentials initrd/, 'credentials'],
  [12, /^Configuration extension initrd/, 'configurationExtension'],
  [13, /^System extension initrd/, 'systemExtension'],
  [14, /^MokList$/, 'ownerKeys'],
  [14, /^MokListX$/, 'revokedOwnerKeys'],
  [14, /^MokSBState$/, 'shimVerification'],
]

/** What an event outside PCR 4 and 11 calls itself, as a name for eyes: nothing may be decided by it. */
export function eventLabel(event: MeasuredEvent): string {
  const { untrustedType, untrustedData, pcr } = event
  const tag =
    untrustedType === EV.EVENT_TAG && untrustedData.length >= 4 ? new Reader(untrustedData).u32(true) : undefined
  const label = tag === undefined ? textLabel(event) : tagLabels.get(tag)
  return label ?? (pcr === 12 ? 'loaderCommandLine' : `pcr${pcr}Event`)
}

function textLabel(event: MeasuredEvent): string | undefined {
  const text = untrustedHint(event)
  return textLabels.find(([pcr, begin]) => pcr === event.pcr && begin.test(text))?.[2]
}

/** The certificate that vouched for an image, if the event measured one. Its owner chose the name: odd characters are replaced. */
export function certificateText(event: MeasuredEvent): string | undefined {
  const certificate = vouchingCertificate(event)
  return certificate && `certificate of ${certificate.subject.replace(/[^\x20-\x7e]/g, '?')}`
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
