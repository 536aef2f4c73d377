import { grubFiles } from './grub-files.ts'
import { type EspFiles } from './boot-disk.ts'
import { parts } from './packages.ts'

/** How a guest gets from its firmware to its kernel. */
export const bootKinds = ['kernel', 'uki', 'signed-uki', 'systemd-boot', 'signed-systemd-boot', 'shim-grub'] as const
export type BootKind = (typeof bootKinds)[number]

/** What all guests pass to their kernel. */
export const commandLine = 'console=ttyS0 panic=-1 quiet'

const loaderConfiguration = 'timeout 0\n'

/** What lies on the disk of each kind; `at` names a file that was built. */
export const espOf: Readonly<Record<Exclude<BootKind, 'kernel'>, (at: (name: string) => string) => EspFiles>> = {
  uki: (at) => ({ '/EFI/BOOT/BOOTX64.EFI': { from: at('linux.efi') } }),
  'signed-uki': (at) => ({ '/EFI/BOOT/BOOTX64.EFI': { from: at('linux.signed.efi') } }),
  'systemd-boot': (at) => ({
    '/EFI/BOOT/BOOTX64.EFI': { from: parts.systemdBoot() },
    '/EFI/Linux/linux.efi': { from: at('linux.efi') },
    '/loader/loader.conf': { text: loaderConfiguration },
  }),
  'signed-systemd-boot': (at) => ({
    '/EFI/BOOT/BOOTX64.EFI': { from: at('systemd-boot.signed.efi') },
    '/EFI/Linux/linux.efi': { from: at('linux.signed.efi') },
    '/loader/loader.conf': { text: loaderConfiguration },
  }),
  'shim-grub': (at) => ({
    '/EFI/BOOT/BOOTX64.EFI': { from: parts.shim() },
    '/EFI/BOOT/grubx64.efi': { from: parts.grub() },
    ...grubFiles(commandLine),
    '/vmlinuz': { from: parts.kernel() },
    '/initrd.img': { from: at('initrd.img') },
  }),
}
