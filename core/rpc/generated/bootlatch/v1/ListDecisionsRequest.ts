// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ListDecisionsRequest {
  /**
   * Empty for all machines.
   */
  'machine'?: (string);
  /**
   * Newest first; 0 for 50.
   */
  'limit'?: (number);
  /**
   * Only decisions before this number; 0 from the newest.
   */
  'before'?: (number | string | Long);
}

export interface ListDecisionsRequest__Output {
  /**
   * Empty for all machines.
   */
  'machine': (string);
  /**
   * Newest first; 0 for 50.
   */
  'limit': (number);
  /**
   * Only decisions before this number; 0 from the newest.
   */
  'before': (string);
}
