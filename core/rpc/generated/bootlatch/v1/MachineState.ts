// Original file: proto/bootlatch/v1/admin.proto

export const MachineState = {
  MACHINE_STATE_UNSPECIFIED: 'MACHINE_STATE_UNSPECIFIED',
  MACHINE_STATE_ENROLLING: 'MACHINE_STATE_ENROLLING',
  MACHINE_STATE_PENDING: 'MACHINE_STATE_PENDING',
  MACHINE_STATE_ACCEPTED: 'MACHINE_STATE_ACCEPTED',
  MACHINE_STATE_LOCKED: 'MACHINE_STATE_LOCKED',
  MACHINE_STATE_FORKED: 'MACHINE_STATE_FORKED',
  MACHINE_STATE_REMOVED: 'MACHINE_STATE_REMOVED',
  /**
   * EK or AK of another live machine: an alarm.
   */
  MACHINE_STATE_CONFLICT: 'MACHINE_STATE_CONFLICT',
} as const;

export type MachineState =
  | 'MACHINE_STATE_UNSPECIFIED'
  | 0
  | 'MACHINE_STATE_ENROLLING'
  | 1
  | 'MACHINE_STATE_PENDING'
  | 2
  | 'MACHINE_STATE_ACCEPTED'
  | 3
  | 'MACHINE_STATE_LOCKED'
  | 4
  | 'MACHINE_STATE_FORKED'
  | 5
  | 'MACHINE_STATE_REMOVED'
  | 6
  /**
   * EK or AK of another live machine: an alarm.
   */
  | 'MACHINE_STATE_CONFLICT'
  | 7

export type MachineState__Output = typeof MachineState[keyof typeof MachineState]
