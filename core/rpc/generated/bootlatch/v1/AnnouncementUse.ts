// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A boot that got its keys by announced values.
 */
export interface AnnouncementUse {
  'machine'?: (string);
  /**
   * The machine's first, second boot by it.
   */
  'ordinal'?: (number);
  'decision'?: (number | string | Long);
}

/**
 * A boot that got its keys by announced values.
 */
export interface AnnouncementUse__Output {
  'machine': (string);
  /**
   * The machine's first, second boot by it.
   */
  'ordinal': (number);
  'decision': (string);
}
