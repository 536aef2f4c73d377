// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface PolicySignature {
  'engineer'?: (string);
  /**
   * RFC 7638 thumbprint.
   */
  'keyId'?: (string);
  'algorithm'?: (string);
  'addedUnixMs'?: (number | string | Long);
  /**
   * The operator who brought it.
   */
  'addedBy'?: (string);
}

export interface PolicySignature__Output {
  'engineer': (string);
  /**
   * RFC 7638 thumbprint.
   */
  'keyId': (string);
  'algorithm': (string);
  'addedUnixMs': (string);
  /**
   * The operator who brought it.
   */
  'addedBy': (string);
}
