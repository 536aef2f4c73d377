// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface RetiredResultKeys {
  /**
   * How many there were.
   */
  'keys'?: (number);
  'reason'?: (string);
  'retiredUnixMs'?: (number | string | Long);
}

export interface RetiredResultKeys__Output {
  /**
   * How many there were.
   */
  'keys': (number);
  'reason': (string);
  'retiredUnixMs': (string);
}
