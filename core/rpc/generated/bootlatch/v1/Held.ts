// Original file: proto/bootlatch/v1/boot.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A person must decide. The machine learns that, and the decision id to name on the telephone.
 */
export interface Held {
  'decision'?: (number | string | Long);
}

/**
 * A person must decide. The machine learns that, and the decision id to name on the telephone.
 */
export interface Held__Output {
  'decision': (string);
}
