// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface AttestDecisionRequest {
  'decision'?: (number | string | Long);
  /**
   * Who is to rely on it.
   */
  'audience'?: (string);
  /**
   * What binds it to one question of his; may be empty.
   */
  'nonce'?: (string);
}

export interface AttestDecisionRequest__Output {
  'decision': (string);
  /**
   * Who is to rely on it.
   */
  'audience': (string);
  /**
   * What binds it to one question of his; may be empty.
   */
  'nonce': (string);
}
