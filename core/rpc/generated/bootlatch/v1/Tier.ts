// Original file: proto/bootlatch/v1/admin.proto

export const Tier = {
  TIER_UNSPECIFIED: 'TIER_UNSPECIFIED',
  TIER_T0: 'TIER_T0',
  TIER_T1: 'TIER_T1',
  TIER_T2: 'TIER_T2',
  TIER_T3: 'TIER_T3',
} as const;

export type Tier =
  | 'TIER_UNSPECIFIED'
  | 0
  | 'TIER_T0'
  | 1
  | 'TIER_T1'
  | 2
  | 'TIER_T2'
  | 3
  | 'TIER_T3'
  | 4

export type Tier__Output = typeof Tier[keyof typeof Tier]
