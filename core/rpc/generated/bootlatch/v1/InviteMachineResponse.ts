// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface InviteMachineResponse {
  /**
   * The join token, shown once.
   */
  'token'?: (string);
  'expiresUnixMs'?: (number | string | Long);
}

export interface InviteMachineResponse__Output {
  /**
   * The join token, shown once.
   */
  'token': (string);
  'expiresUnixMs': (string);
}
