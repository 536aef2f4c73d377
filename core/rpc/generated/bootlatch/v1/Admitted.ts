// Original file: proto/bootlatch/v1/boot.proto

import type { Long } from '@grpc/proto-loader';

export interface Admitted {
  'bootId'?: (Buffer | Uint8Array | string);
  'decision'?: (number | string | Long);
  /**
   * JWE to the one-time key: the state keys of generation g and g + 1.
   */
  'sealedStateKeys'?: (string);
}

export interface Admitted__Output {
  'bootId': (Buffer);
  'decision': (string);
  /**
   * JWE to the one-time key: the state keys of generation g and g + 1.
   */
  'sealedStateKeys': (string);
}
