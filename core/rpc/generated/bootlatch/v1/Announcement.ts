// Original file: proto/bootlatch/v1/admin.proto

import type { AnnouncementState as _bootlatch_v1_AnnouncementState, AnnouncementState__Output as _bootlatch_v1_AnnouncementState__Output } from '../../bootlatch/v1/AnnouncementState.ts';
import type { AnnouncementUse as _bootlatch_v1_AnnouncementUse, AnnouncementUse__Output as _bootlatch_v1_AnnouncementUse__Output } from '../../bootlatch/v1/AnnouncementUse.ts';
import type { Long } from '@grpc/proto-loader';

export interface Announcement {
  'name'?: (string);
  'version'?: (number);
  'machines'?: (string)[];
  'groups'?: (string)[];
  /**
   * Boots of each machine that may need it; 0 for any number.
   */
  'boots'?: (number);
  'untilUnixMs'?: (number | string | Long);
  /**
   * Whether the policy's own values are refused of a machine once it has booted by the announced ones.
   */
  'refusesOldValues'?: (boolean);
  'state'?: (_bootlatch_v1_AnnouncementState);
  'appliedUnixMs'?: (number | string | Long);
  'appliedBy'?: (string);
  'reason'?: (string);
  'uses'?: (_bootlatch_v1_AnnouncementUse)[];
  'withdrawnBy'?: (string);
  'withdrawnReason'?: (string);
}

export interface Announcement__Output {
  'name': (string);
  'version': (number);
  'machines': (string)[];
  'groups': (string)[];
  /**
   * Boots of each machine that may need it; 0 for any number.
   */
  'boots': (number);
  'untilUnixMs': (string);
  /**
   * Whether the policy's own values are refused of a machine once it has booted by the announced ones.
   */
  'refusesOldValues': (boolean);
  'state': (_bootlatch_v1_AnnouncementState__Output);
  'appliedUnixMs': (string);
  'appliedBy': (string);
  'reason': (string);
  'uses': (_bootlatch_v1_AnnouncementUse__Output)[];
  'withdrawnBy': (string);
  'withdrawnReason': (string);
}
