import { Writer } from '../bytes/index.ts'
import { encodeUtf16, EV } from '../eventlog/index.ts'
import { type BootEvent } from './boot-event.ts'

/** PCR 9 and the tags of Linux' EFI stub (drivers/firmware/efi/libstub, efi_measure_tagged_event). */
const linuxPcr = 9
const initrdTag = 0x8f3b_22ec
const loadOptionsTag = 0x8f3b_22ed

export interface KernelInput {
  /** Undefined where the loader passes no load options at all. */
  readonly commandLine: string | undefined
  /** Undefined where the kernel gets no initrd. */
  readonly initrd: readonly Uint8Array[] | undefined
}

/** What the kernel's EFI stub measures before it leaves boot services: its load options with their NUL, then the initrd. */
export function efiStubEvents({ commandLine, initrd }: KernelInput): readonly BootEvent[] {
  return [
    ...(commandLine === undefined
      ? []
      : [taggedEvent(loadOptionsTag, 'LOADED_IMAGE::LoadOptions', [encodeUtf16(`${commandLine}\0`)])]),
    ...(initrd === undefined ? [] : [taggedEvent(initrdTag, 'Linux initrd', initrd)]),
  ]
}

/** TCG_PCClientTaggedEvent, PFP 10.4.2.2; the digest is of the object, not of the event data. */
function taggedEvent(tag: number, name: string, measured: readonly Uint8Array[]): BootEvent {
  const text = new TextEncoder().encode(`${name}\0`)
  const data = new Writer().u32(tag, true).u32(text.length, true).bytes(text).done()
  return { pcr: linuxPcr, type: EV.EVENT_TAG, measured, data }
}
