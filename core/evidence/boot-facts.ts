import { toHex } from '../bytes/index.ts'
import { efiGlobalVariableGuid, EV, type UefiVariable } from '../eventlog/index.ts'
import { digestTable } from './digest-table.ts'
import { bootPhases, type BootPhase } from './implied-endings.ts'
import { isKnownEvent, measuredVariable } from './known-events.ts'
import { type MeasuredEvent } from './measured-event.ts'
import { isKnownOfUserspace } from './known-userspace-events.ts'
import { osSeparator } from './os-separator.ts'
import { type ReplayedLog } from './replayed-log.ts'

/** The sections that systemd's stub measures into PCR 11: name with NUL, then content (UAPI.7). */
export const ukiSections = [
  '.linux',
  '.osrel',
  '.cmdline',
  '.initrd',
  '.ucode',
  '.splash',
  '.dtb',
  '.dtbauto',
  '.hwids',
  '.uname',
  '.sbat',
  '.pcrpkey',
  '.profile',
  '.efifw',
] as const
export type UkiSection = (typeof ukiSections)[number]

export interface MeasuredVariable {
  readonly event: MeasuredEvent
  readonly variable: UefiVariable
}

/** A section's name is measured first, then its content. */
export interface MeasuredSection {
  readonly section: UkiSection
  readonly nameEvent: MeasuredEvent
  readonly event: MeasuredEvent
}

/** A boot as its verified events tell it. Every fact rests on digests and positions, none on an event's type or text alone. */
export interface BootFacts {
  /** By PCR, 0 to 7: how many separators, and how many of them say that the firmware met an error. */
  readonly separators: ReadonlyMap<number, { readonly count: number; readonly errors: number }>
  /** Events in PCR 0 to 7 of which nobody can say what they are. */
  readonly unknown: readonly MeasuredEvent[]
  /** `contradicted` where the firmware says that it is on, and that it is in a mode in which nothing is verified. */
  readonly secureBoot: 'on' | 'off' | 'unsaid' | 'contradicted'
  /** Secure Boot configuration measured before PCR 7's separator: SecureBoot, PK, KEK, db, dbx. */
  readonly variables: readonly MeasuredVariable[]
  /** Everything else in PCR 7: what vouched for images, and whatever hides among it. */
  readonly authorities: readonly MeasuredEvent[]
  /** What shim keeps of its owner's lists and settings: PCR 14. */
  readonly ownerSettings: readonly MeasuredEvent[]
  /** Images started, in order: all of PCR 4 but separators and the firmware's own remarks. */
  readonly images: readonly MeasuredEvent[]
  /** Sections of a unified kernel image, in order. */
  readonly sections: readonly MeasuredSection[]
  readonly phases: readonly { readonly phase: BootPhase; readonly event: MeasuredEvent }[]
  /** Events in PCR 11 that are neither. */
  readonly strays: readonly MeasuredEvent[]
  /** What the running system has measured, by its own log, into PCR 8 to 14 and nobody knows. */
  readonly unknownLater: readonly MeasuredEvent[]
}

const firmwarePcrs = [0, 1, 2, 3, 4, 5, 6, 7] as const

/** PFP 3.3.4.1: zero or all ones in every case but an error, whose value is one. systemd parts its own by a word. */
const separatorOf = digestTable([
  ['ordinary', Uint8Array.of(0, 0, 0, 0), Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
  ['error', Uint8Array.of(1, 0, 0, 0), Uint8Array.of(0, 0, 0, 1)],
  ['systemd', osSeparator],
])

/**
 * What firmware remarks in PCR 4 besides the images it starts (the last four: a conventional BIOS). An image's own bytes could
 * be given as a text, so only these count.
 */
const remarkOf = digestTable([
  ['calling', ascii('Calling EFI Application from Boot Option')],
  ['returning', ascii('Returning from EFI Application from Boot Option')],
  ['omitted', ascii('BOOT ATTEMPTS OMITTED')],
  ['interrupt', ascii('Calling INT 19h')],
  ['floppy', ascii('Booting BCV device 00h (Floppy)')],
  ['disk', ascii('Booting BCV device 80h (HDD)')],
  ['optical', ascii('Booting from CD ROM device')],
])
const sectionOf = digestTable(ukiSections.map((name) => [name, ascii(`${name}\0`)] as const))
const phaseOf = digestTable(bootPhases.map((name) => [name, ascii(name)] as const))

/** Reads the facts out of a replayed log. */
export function bootFacts({ events, eventsByPcr }: ReplayedLog): BootFacts {
  const inPcr = (pcr: number) => eventsByPcr.get(pcr) ?? []
  return {
    separators: new Map(firmwarePcrs.map((pcr) => [pcr, countSeparators(inPcr(pcr))])),
    unknown: events.filter((event) => event.pcr <= 7 && !isSeparator(event) && !isKnownEvent(event)),
    ...secureBootFacts(inPcr(7)),
    ownerSettings: inPcr(14),
    images: inPcr(4).filter((event) => !isSeparator(event) && remarkOf(event) === undefined),
    ...unifiedImageFacts(inPcr(11)),
    unknownLater: events.filter((event) => event.log === 'userspace' && !isKnownLater(event)),
  }
}

function isKnownLater(event: MeasuredEvent): boolean {
  return event.pcr === 11 ? phaseOf(event) !== undefined : isKnownOfUserspace(event)
}

/** Whether an event is a separator of any kind, the firmware's or systemd's: by its digest, whatever it calls itself. */
export function isSeparator(event: MeasuredEvent): boolean {
  return separatorKind(event) !== undefined
}

/**
 * Boot0001 before Boot0000 has the bytes of a separator that says error, and firmware measures the bytes of BootOrder alone.
 * Who gives an error in PCR 1 that name has to show a separator there all the same, and the error stands in seven other PCRs.
 */
function separatorKind(event: MeasuredEvent): 'ordinary' | 'error' | 'systemd' | undefined {
  const kind = separatorOf(event)
  return kind === 'error' && isBootOrder(event) ? undefined : kind
}

function isBootOrder(event: MeasuredEvent): boolean {
  if (event.pcr !== 1 || event.untrustedType !== EV.EFI_VARIABLE_BOOT) return false
  const variable = measuredVariable(event)
  return variable?.name === 'BootOrder' && toHex(variable.vendorGuid) === efiGlobalVariableGuid
}

function countSeparators(events: readonly MeasuredEvent[]): { readonly count: number; readonly errors: number } {
  const kinds = events.map(separatorKind).filter((kind) => kind === 'ordinary' || kind === 'error')
  return { count: kinds.length, errors: kinds.filter((kind) => kind === 'error').length }
}

/**
 * A configuration variable stands before the separator, once. An authority event has the same form, so the second of a name
 * counts as one: otherwise it could hide as configuration.
 */
function secureBootFacts(
  events: readonly MeasuredEvent[],
): Pick<BootFacts, 'secureBoot' | 'variables' | 'authorities'> {
  const separatorAt = events.findIndex(isSeparator)
  const variables: MeasuredVariable[] = []
  const authorities: MeasuredEvent[] = []
  for (const [at, event] of events.entries()) {
    if (isSeparator(event)) continue
    const variable = at < separatorAt ? configurationVariable(event) : undefined
    if (variable === undefined || variables.some((known) => isSameVariable(known.variable, variable)))
      authorities.push(event)
    else variables.push({ event, variable })
  }
  return { secureBoot: secureBootState(variables), variables, authorities }
}

const configurationTypes: readonly number[] = [EV.EFI_VARIABLE_DRIVER_CONFIG, EV.EFI_SPDM_DEVICE_POLICY]

function configurationVariable(event: MeasuredEvent): UefiVariable | undefined {
  return configurationTypes.includes(event.untrustedType) ? measuredVariable(event) : undefined
}

function isSameVariable(left: UefiVariable, right: UefiVariable): boolean {
  return left.name === right.name && toHex(left.vendorGuid) === toHex(right.vendorGuid)
}

function secureBootState(variables: readonly MeasuredVariable[]): BootFacts['secureBoot'] {
  const dataOf = (wanted: string): string | undefined => {
    const found = variables.find(
      ({ variable: { name, vendorGuid } }) => name === wanted && toHex(vendorGuid) === efiGlobalVariableGuid,
    )
    return found && toHex(found.variable.data)
  }
  const secureBoot = dataOf('SecureBoot')
  if (secureBoot !== '01') return secureBoot === undefined ? 'unsaid' : 'off'
  // UEFI 32.3: neither in setup mode nor in audit mode is an image refused
  const isVerifying = dataOf('SetupMode') !== '01' && dataOf('AuditMode') !== '01'
  return isVerifying ? 'on' : 'contradicted'
}

function unifiedImageFacts(events: readonly MeasuredEvent[]): Pick<BootFacts, 'sections' | 'phases' | 'strays'> {
  const sections: MeasuredSection[] = []
  const phases: { phase: BootPhase; event: MeasuredEvent }[] = []
  const strays: MeasuredEvent[] = []
  for (let at = 0; at < events.length; at++) {
    const event = events[at]
    const content = events[at + 1]
    if (event === undefined) continue
    const section = sectionOf(event)
    const phase = phaseOf(event)
    if (section !== undefined && content !== undefined) {
      sections.push({ section, nameEvent: event, event: content })
      at++
    } else if (phase !== undefined) phases.push({ phase, event })
    else strays.push(event)
  }
  return { sections, phases, strays }
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
