// Original file: proto/bootlatch/v1/admin.proto

import type { Decision as _bootlatch_v1_Decision, Decision__Output as _bootlatch_v1_Decision__Output } from '../../bootlatch/v1/Decision.ts';
import type { Reason as _bootlatch_v1_Reason, Reason__Output as _bootlatch_v1_Reason__Output } from '../../bootlatch/v1/Reason.ts';
import type { Long } from '@grpc/proto-loader';

export interface DecisionDetail {
  'decision'?: (_bootlatch_v1_Decision | null);
  'reasons'?: (_bootlatch_v1_Reason)[];
  /**
   * Boot diff in words against the last accepted boot.
   */
  'bootDiff'?: (string)[];
  'comparedWith'?: (number | string | Long);
  /**
   * A person's decision on it.
   */
  'resolvedBy'?: (string);
  'resolution'?: (string);
}

export interface DecisionDetail__Output {
  'decision': (_bootlatch_v1_Decision__Output | null);
  'reasons': (_bootlatch_v1_Reason__Output)[];
  /**
   * Boot diff in words against the last accepted boot.
   */
  'bootDiff': (string)[];
  'comparedWith': (string);
  /**
   * A person's decision on it.
   */
  'resolvedBy': (string);
  'resolution': (string);
}
