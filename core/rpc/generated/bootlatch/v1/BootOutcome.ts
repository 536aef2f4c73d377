// Original file: proto/bootlatch/v1/admin.proto

export const BootOutcome = {
  BOOT_OUTCOME_UNSPECIFIED: 'BOOT_OUTCOME_UNSPECIFIED',
  /**
   * Keys at once.
   */
  BOOT_OUTCOME_BOOTS: 'BOOT_OUTCOME_BOOTS',
  /**
   * Keys after a person's word.
   */
  BOOT_OUTCOME_WAITS: 'BOOT_OUTCOME_WAITS',
  /**
   * No keys.
   */
  BOOT_OUTCOME_STOPS: 'BOOT_OUTCOME_STOPS',
} as const;

export type BootOutcome =
  | 'BOOT_OUTCOME_UNSPECIFIED'
  | 0
  /**
   * Keys at once.
   */
  | 'BOOT_OUTCOME_BOOTS'
  | 1
  /**
   * Keys after a person's word.
   */
  | 'BOOT_OUTCOME_WAITS'
  | 2
  /**
   * No keys.
   */
  | 'BOOT_OUTCOME_STOPS'
  | 3

export type BootOutcome__Output = typeof BootOutcome[keyof typeof BootOutcome]
