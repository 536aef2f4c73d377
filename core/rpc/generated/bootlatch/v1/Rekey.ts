// Original file: proto/bootlatch/v1/boot.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A fork was settled in this machine's favour: it opens its state for the last time under the old key and enrols anew
 * with the token inside, under the same machine id.
 */
export interface Rekey {
  'decision'?: (number | string | Long);
  /**
   * JWE to the one-time key: the state key of generation g and a join token bound to this machine.
   */
  'sealedRekey'?: (string);
}

/**
 * A fork was settled in this machine's favour: it opens its state for the last time under the old key and enrols anew
 * with the token inside, under the same machine id.
 */
export interface Rekey__Output {
  'decision': (string);
  /**
   * JWE to the one-time key: the state key of generation g and a join token bound to this machine.
   */
  'sealedRekey': (string);
}
