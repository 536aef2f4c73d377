// Original file: proto/bootlatch/v1/admin.proto

import type { Reason as _bootlatch_v1_Reason, Reason__Output as _bootlatch_v1_Reason__Output } from '../../bootlatch/v1/Reason.ts';

export interface ProposePolicyResponse {
  'name'?: (string);
  /**
   * The version that is changed.
   */
  'version'?: (number);
  'source'?: (string);
  'document'?: (string);
  /**
   * Each change in words.
   */
  'changes'?: (string)[];
  /**
   * What no change of the policy settles.
   */
  'remaining'?: (_bootlatch_v1_Reason)[];
}

export interface ProposePolicyResponse__Output {
  'name': (string);
  /**
   * The version that is changed.
   */
  'version': (number);
  'source': (string);
  'document': (string);
  /**
   * Each change in words.
   */
  'changes': (string)[];
  /**
   * What no change of the policy settles.
   */
  'remaining': (_bootlatch_v1_Reason__Output)[];
}
