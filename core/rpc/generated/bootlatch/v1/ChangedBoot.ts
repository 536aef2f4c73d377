// Original file: proto/bootlatch/v1/admin.proto

import type { BootOutcome as _bootlatch_v1_BootOutcome, BootOutcome__Output as _bootlatch_v1_BootOutcome__Output } from '../../bootlatch/v1/BootOutcome.ts';
import type { Reason as _bootlatch_v1_Reason, Reason__Output as _bootlatch_v1_Reason__Output } from '../../bootlatch/v1/Reason.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A recorded boot that the document would treat in another way.
 */
export interface ChangedBoot {
  'machine'?: (string);
  /**
   * Decision that has the boot's evidence.
   */
  'decision'?: (number | string | Long);
  'before'?: (_bootlatch_v1_BootOutcome);
  'after'?: (_bootlatch_v1_BootOutcome);
  /**
   * The first rule against it: then, or where it would boot, now.
   */
  'cause'?: (_bootlatch_v1_Reason | null);
}

/**
 * A recorded boot that the document would treat in another way.
 */
export interface ChangedBoot__Output {
  'machine': (string);
  /**
   * Decision that has the boot's evidence.
   */
  'decision': (string);
  'before': (_bootlatch_v1_BootOutcome__Output);
  'after': (_bootlatch_v1_BootOutcome__Output);
  /**
   * The first rule against it: then, or where it would boot, now.
   */
  'cause': (_bootlatch_v1_Reason__Output | null);
}
