import { type BootKind, bootKinds } from '../../vm/boot-kinds.ts'
import { type GuestOrder } from '../../vm/qemu-arguments.ts'

/** A way to boot that is tested: who loads whom, whom the firmware trusts, and how the TPM is attached. */
export interface Chain extends Pick<GuestOrder, 'trust' | 'tpmDevice'> {
  readonly kind: BootKind
}

/** Whose keys a firmware must trust to start a kind, or `none` where Secure Boot is off. */
const trustOf = {
  kernel: 'none',
  uki: 'none',
  'signed-uki': 'snakeoil',
  'systemd-boot': 'none',
  'signed-systemd-boot': 'snakeoil',
  'shim-grub': 'microsoft',
} as const satisfies Readonly<Record<BootKind, GuestOrder['trust']>>

const everyChain: readonly Chain[] = [
  ...bootKinds.flatMap((kind) =>
    (['tpm-crb', 'tpm-tis'] as const).map((tpmDevice) => ({ kind, trust: trustOf[kind], tpmDevice })),
  ),
]

const fewChains: readonly Chain[] = [
  { kind: 'signed-systemd-boot', trust: 'snakeoil', tpmDevice: 'tpm-crb' },
  { kind: 'shim-grub', trust: 'microsoft', tpmDevice: 'tpm-tis' },
]

/** Few chains suffice between two changes; `make test-vm` sets BOOTLATCH_VM=all. */
const isComplete = process.env['BOOTLATCH_VM'] === 'all'
export const chains = isComplete ? everyChain : fewChains
/** The devices with which a machine is saved and continued. */
export const savedDevices: readonly GuestOrder['tpmDevice'][] = isComplete ? ['tpm-crb', 'tpm-tis'] : ['tpm-crb']
/** What is done to a machine before a policy server: all of it, or the first. */
export const changedBoots = <T>(changes: readonly T[]): readonly T[] => (isComplete ? changes : changes.slice(0, 1))
