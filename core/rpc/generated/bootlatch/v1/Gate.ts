// Original file: proto/bootlatch/v1/admin.proto

export const Gate = {
  GATE_UNSPECIFIED: 'GATE_UNSPECIFIED',
  GATE_ADMISSION: 'GATE_ADMISSION',
  GATE_RELEASE: 'GATE_RELEASE',
} as const;

export type Gate =
  | 'GATE_UNSPECIFIED'
  | 0
  | 'GATE_ADMISSION'
  | 1
  | 'GATE_RELEASE'
  | 2

export type Gate__Output = typeof Gate[keyof typeof Gate]
