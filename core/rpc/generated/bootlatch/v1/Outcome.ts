// Original file: proto/bootlatch/v1/admin.proto

export const Outcome = {
  OUTCOME_UNSPECIFIED: 'OUTCOME_UNSPECIFIED',
  OUTCOME_ADMITTED: 'OUTCOME_ADMITTED',
  OUTCOME_HELD: 'OUTCOME_HELD',
  OUTCOME_REFUSED: 'OUTCOME_REFUSED',
  OUTCOME_RELEASED: 'OUTCOME_RELEASED',
  OUTCOME_REKEYED: 'OUTCOME_REKEYED',
} as const;

export type Outcome =
  | 'OUTCOME_UNSPECIFIED'
  | 0
  | 'OUTCOME_ADMITTED'
  | 1
  | 'OUTCOME_HELD'
  | 2
  | 'OUTCOME_REFUSED'
  | 3
  | 'OUTCOME_RELEASED'
  | 4
  | 'OUTCOME_REKEYED'
  | 5

export type Outcome__Output = typeof Outcome[keyof typeof Outcome]
