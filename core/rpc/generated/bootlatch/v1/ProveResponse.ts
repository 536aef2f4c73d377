// Original file: proto/bootlatch/v1/join.proto

import type { CredentialChallenge as _bootlatch_v1_CredentialChallenge, CredentialChallenge__Output as _bootlatch_v1_CredentialChallenge__Output } from '../../bootlatch/v1/CredentialChallenge.ts';

export interface ProveResponse {
  /**
   * One for each EK of the request, in its order.
   */
  'challenges'?: (_bootlatch_v1_CredentialChallenge)[];
}

export interface ProveResponse__Output {
  /**
   * One for each EK of the request, in its order.
   */
  'challenges': (_bootlatch_v1_CredentialChallenge__Output)[];
}
