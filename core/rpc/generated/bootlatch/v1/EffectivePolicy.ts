// Original file: proto/bootlatch/v1/admin.proto

import type { DocumentVersion as _bootlatch_v1_DocumentVersion, DocumentVersion__Output as _bootlatch_v1_DocumentVersion__Output } from '../../bootlatch/v1/DocumentVersion.ts';
import type { EffectiveRule as _bootlatch_v1_EffectiveRule, EffectiveRule__Output as _bootlatch_v1_EffectiveRule__Output } from '../../bootlatch/v1/EffectiveRule.ts';

export interface EffectivePolicy {
  'machine'?: (string);
  /**
   * The group it was invited into.
   */
  'group'?: (string);
  /**
   * Empty where no policy, or more than one, is for the machine.
   */
  'policy'?: (string);
  /**
   * The group that the policy is for; empty where it names the machine.
   */
  'policyOfGroup'?: (string);
  /**
   * Everything that takes part: the policy, the groups from the machine's own outwards, reference values.
   */
  'documents'?: (_bootlatch_v1_DocumentVersion)[];
  /**
   * Of the policy, then of the groups, the outermost first. All of them have to hold.
   */
  'rules'?: (_bootlatch_v1_EffectiveRule)[];
}

export interface EffectivePolicy__Output {
  'machine': (string);
  /**
   * The group it was invited into.
   */
  'group': (string);
  /**
   * Empty where no policy, or more than one, is for the machine.
   */
  'policy': (string);
  /**
   * The group that the policy is for; empty where it names the machine.
   */
  'policyOfGroup': (string);
  /**
   * Everything that takes part: the policy, the groups from the machine's own outwards, reference values.
   */
  'documents': (_bootlatch_v1_DocumentVersion__Output)[];
  /**
   * Of the policy, then of the groups, the outermost first. All of them have to hold.
   */
  'rules': (_bootlatch_v1_EffectiveRule__Output)[];
}
