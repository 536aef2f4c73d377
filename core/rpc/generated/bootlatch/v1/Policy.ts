// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface Policy {
  'name'?: (string);
  'version'?: (number);
  'document'?: (string);
  'appliedUnixMs'?: (number | string | Long);
  'appliedBy'?: (string);
  'warnings'?: (string)[];
  /**
   * BootPolicy or ReferenceValues.
   */
  'kind'?: (string);
  /**
   * Why it was applied; may be empty.
   */
  'reason'?: (string);
}

export interface Policy__Output {
  'name': (string);
  'version': (number);
  'document': (string);
  'appliedUnixMs': (string);
  'appliedBy': (string);
  'warnings': (string)[];
  /**
   * BootPolicy or ReferenceValues.
   */
  'kind': (string);
  /**
   * Why it was applied; may be empty.
   */
  'reason': (string);
}
