// Original file: proto/bootlatch/v1/admin.proto

import type { Decision as _bootlatch_v1_Decision, Decision__Output as _bootlatch_v1_Decision__Output } from '../../bootlatch/v1/Decision.ts';

export interface ListDecisionsResponse {
  'decisions'?: (_bootlatch_v1_Decision)[];
}

export interface ListDecisionsResponse__Output {
  'decisions': (_bootlatch_v1_Decision__Output)[];
}
