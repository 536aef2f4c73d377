import { readFileSync } from 'node:fs'

/** Boots of other kinds than the rest, named after what is odd about them. */
export const oddBootNames = [
  'efi-shell',
  'failed-first-option',
  'first-option-returns',
  'grub-2.12',
  'grub-submenu',
  'image-by-hash',
  'kernel-2026',
  'kernel-arm64',
  'kernel-by-boot-option',
  'kernel-past-secureboot',
  'kernel-past-secureboot-2025',
  'network-and-option-rom',
  'owner-key',
  'refind',
  'sdboot-262-addons',
  'sdboot-second-entry',
  'seabios',
  'seabios-isolinux',
  'sha384-only',
  'shim-verifies-nothing',
  'syslinux',
  'uboot-arm64',
] as const
export type OddBootName = (typeof oddBootNames)[number]

const at = (file: string): URL => new URL(`odd-boots/${file}`, import.meta.url)

/** The firmware's log of such a boot. */
export function oddBootLog(name: OddBootName): Uint8Array {
  return new Uint8Array(readFileSync(at(`${name}.bin`)))
}

/** Its PCR values in one bank, hexadecimal, without those that no firmware's log explains. */
export function oddBootPcrs(name: OddBootName): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const all = JSON.parse(readFileSync(at('pcrs.json'), 'utf8')) as Readonly<
    Record<OddBootName, Readonly<Record<string, Readonly<Record<string, string>>>>>
  >
  return all[name]
}
