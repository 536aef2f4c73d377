// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface DiffBootsRequest {
  /**
   * Decisions with verified evidence.
   */
  'before'?: (number | string | Long);
  'after'?: (number | string | Long);
}

export interface DiffBootsRequest__Output {
  /**
   * Decisions with verified evidence.
   */
  'before': (string);
  'after': (string);
}
