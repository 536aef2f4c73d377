// Original file: proto/bootlatch/v1/admin.proto

import type { Policy as _bootlatch_v1_Policy, Policy__Output as _bootlatch_v1_Policy__Output } from '../../bootlatch/v1/Policy.ts';

export interface ListProposalsResponse {
  'proposals'?: (_bootlatch_v1_Policy)[];
}

export interface ListProposalsResponse__Output {
  'proposals': (_bootlatch_v1_Policy__Output)[];
}
