import { encodeUtf16 } from '../eventlog/index.ts'
import { type BootEvent } from './boot-event.ts'
import { taggedEvent } from './tagged-event.ts'

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
      : [linuxEvent(loadOptionsTag, 'LOADED_IMAGE::LoadOptions', [encodeUtf16(`${commandLine}\0`)])]),
    ...(initrd === undefined ? [] : [linuxEvent(initrdTag, 'Linux initrd', initrd)]),
  ]
}

function linuxEvent(tag: number, name: string, measured: readonly Uint8Array[]): BootEvent {
  return taggedEvent({ pcr: linuxPcr, tag, name: new TextEncoder().encode(`${name}\0`) }, measured)
}
