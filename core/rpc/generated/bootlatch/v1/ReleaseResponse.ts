// Original file: proto/bootlatch/v1/boot.proto

import type { Long } from '@grpc/proto-loader';

export interface ReleaseResponse {
  'decision'?: (number | string | Long);
  /**
   * JWE to the one-time key, bound to purpose, boot id and decision id: the keys of the volumes wanted.
   */
  'sealedKeys'?: (string);
}

export interface ReleaseResponse__Output {
  'decision': (string);
  /**
   * JWE to the one-time key, bound to purpose, boot id and decision id: the keys of the volumes wanted.
   */
  'sealedKeys': (string);
}
