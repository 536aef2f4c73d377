import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const repository = resolve(import.meta.dirname, '../..')
const unpacked = join(repository, '.cache/vm/packages/root')

/** Where guests are built; git ignores it. */
export const buildFolder = join(repository, '.cache/vm/images')

/** A file of the distribution that scripts/fetch-guest-packages.sh unpacked, at the first of some places. */
function packaged(...places: readonly string[]): string {
  const found = places.map((place) => join(unpacked, place)).find((path) => existsSync(path))
  if (found === undefined) throw new Error(`no ${places[0] ?? ''} in ${unpacked}; \`make setup\` fetches it`)
  return found
}

/** What guests are made of. */
export const parts = {
  kernel: (): string => packaged(...newestFirst('boot', /^vmlinuz-/)),
  busybox: (): string => packaged('bin/busybox', 'usr/bin/busybox'),
  firmware: (): string => packaged('usr/share/OVMF/OVMF_CODE_4M.fd'),
  secureFirmware: (): string => packaged('usr/share/OVMF/OVMF_CODE_4M.secboot.fd'),
  emptyVariables: (): string => packaged('usr/share/OVMF/OVMF_VARS_4M.fd'),
  snakeoilVariables: (): string => packaged('usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd'),
  microsoftVariables: (): string => packaged('usr/share/OVMF/OVMF_VARS_4M.ms.fd'),
  snakeoilKey: (): string => packaged('usr/share/ovmf/PkKek-1-snakeoil.key'),
  snakeoilCertificate: (): string => packaged('usr/share/ovmf/PkKek-1-snakeoil.pem'),
  stub: (): string => packaged('usr/lib/systemd/boot/efi/linuxx64.efi.stub'),
  systemdBoot: (): string => packaged('usr/lib/systemd/boot/efi/systemd-bootx64.efi'),
  shim: (): string => packaged('usr/lib/shim/shimx64.efi.signed', 'usr/lib/shim/shimx64.efi.signed.latest'),
  grub: (): string => packaged('usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed'),
} as const

function newestFirst(folder: string, name: RegExp): readonly string[] {
  const path = join(unpacked, folder)
  const names = existsSync(path) ? readdirSync(path).filter((each) => name.test(each)) : []
  return [...names.toSorted().reverse(), 'none'].map((each) => join(folder, each))
}
