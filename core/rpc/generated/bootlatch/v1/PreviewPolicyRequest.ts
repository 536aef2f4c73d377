// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface PreviewPolicyRequest {
  /**
   * YAML, as the engineer wrote it.
   */
  'document'?: (string);
  /**
   * File name for error messages.
   */
  'source'?: (string);
  /**
   * How many boots of each machine, the newest first; 0 for one.
   */
  'last'?: (number);
  /**
   * Boots before are left out.
   */
  'sinceUnixMs'?: (number | string | Long);
}

export interface PreviewPolicyRequest__Output {
  /**
   * YAML, as the engineer wrote it.
   */
  'document': (string);
  /**
   * File name for error messages.
   */
  'source': (string);
  /**
   * How many boots of each machine, the newest first; 0 for one.
   */
  'last': (number);
  /**
   * Boots before are left out.
   */
  'sinceUnixMs': (string);
}
