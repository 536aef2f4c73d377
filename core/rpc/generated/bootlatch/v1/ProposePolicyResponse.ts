// Original file: proto/bootlatch/v1/admin.proto

import type { Reason as _bootlatch_v1_Reason, Reason__Output as _bootlatch_v1_Reason__Output } from '../../bootlatch/v1/Reason.ts';
import type { DocumentVersion as _bootlatch_v1_DocumentVersion, DocumentVersion__Output as _bootlatch_v1_DocumentVersion__Output } from '../../bootlatch/v1/DocumentVersion.ts';

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
  /**
   * What took part beside the policy, for `ApplyPolicyRequest.expected`.
   */
  'expected'?: (_bootlatch_v1_DocumentVersion)[];
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
  /**
   * What took part beside the policy, for `ApplyPolicyRequest.expected`.
   */
  'expected': (_bootlatch_v1_DocumentVersion__Output)[];
}
