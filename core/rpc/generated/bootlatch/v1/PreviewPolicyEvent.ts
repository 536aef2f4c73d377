// Original file: proto/bootlatch/v1/admin.proto

import type { PreviewProgress as _bootlatch_v1_PreviewProgress, PreviewProgress__Output as _bootlatch_v1_PreviewProgress__Output } from '../../bootlatch/v1/PreviewProgress.ts';
import type { ChangedBoot as _bootlatch_v1_ChangedBoot, ChangedBoot__Output as _bootlatch_v1_ChangedBoot__Output } from '../../bootlatch/v1/ChangedBoot.ts';
import type { PreviewCounts as _bootlatch_v1_PreviewCounts, PreviewCounts__Output as _bootlatch_v1_PreviewCounts__Output } from '../../bootlatch/v1/PreviewCounts.ts';

export interface PreviewPolicyEvent {
  'progress'?: (_bootlatch_v1_PreviewProgress | null);
  'changed'?: (_bootlatch_v1_ChangedBoot | null);
  /**
   * The last event.
   */
  'end'?: (_bootlatch_v1_PreviewCounts | null);
  /**
   * Before the last event: what all of it was computed on, for `ApplyPolicyRequest.previewed`.
   */
  'previewed'?: (string);
  'event'?: "progress"|"changed"|"end"|"previewed";
}

export interface PreviewPolicyEvent__Output {
  'progress'?: (_bootlatch_v1_PreviewProgress__Output | null);
  'changed'?: (_bootlatch_v1_ChangedBoot__Output | null);
  /**
   * The last event.
   */
  'end'?: (_bootlatch_v1_PreviewCounts__Output | null);
  /**
   * Before the last event: what all of it was computed on, for `ApplyPolicyRequest.previewed`.
   */
  'previewed'?: (string);
  'event'?: "progress"|"changed"|"end"|"previewed";
}
