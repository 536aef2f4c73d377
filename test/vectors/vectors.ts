import { readFileSync } from 'node:fs'

/** Boots whose log and PCR values a guest recorded. */
export const bootNames = ['direct-kernel', 'direct-kernel-1024MB', 'sdboot-secureboot', 'uki', 'uki-secureboot'] as const
export type BootName = (typeof bootNames)[number]

/** The firmware's log of a recorded boot. */
export function recordedLog(name: BootName): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${name}/eventlog.bin`, import.meta.url)))
}

/** The PCR values of a recorded boot: hexadecimal by bank and PCR. */
export function recordedPcrs(name: BootName): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const recorded = JSON.parse(readFileSync(new URL(`${name}/pcrs.json`, import.meta.url), 'utf8')) as {
    readonly pcrs: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
  return recorded.pcrs
}
