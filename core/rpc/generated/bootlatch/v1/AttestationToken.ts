// Original file: proto/bootlatch/v1/boot.proto

import type { Long } from '@grpc/proto-loader';

export interface AttestationToken {
  /**
   * JWS, compact: an EAT (RFC 9711) with the claims of an EAT attestation result.
   */
  'token'?: (string);
  'expiresUnixMs'?: (number | string | Long);
}

export interface AttestationToken__Output {
  /**
   * JWS, compact: an EAT (RFC 9711) with the claims of an EAT attestation result.
   */
  'token': (string);
  'expiresUnixMs': (string);
}
