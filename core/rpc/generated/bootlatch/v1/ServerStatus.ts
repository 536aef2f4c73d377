// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ServerStatus {
  'version'?: (string);
  'serverId'?: (Buffer | Uint8Array | string);
  'startedUnixMs'?: (number | string | Long);
  'mainAddress'?: (string);
  'joinAddress'?: (string);
  /**
   * What protects the root key, and what that is worth.
   */
  'keyProvider'?: (string);
  'warnings'?: (string)[];
  'machines'?: (number);
  'held'?: (number);
  'decisions'?: (number | string | Long);
  'serverCertificateExpiresUnixMs'?: (number | string | Long);
}

export interface ServerStatus__Output {
  'version': (string);
  'serverId': (Buffer);
  'startedUnixMs': (string);
  'mainAddress': (string);
  'joinAddress': (string);
  /**
   * What protects the root key, and what that is worth.
   */
  'keyProvider': (string);
  'warnings': (string)[];
  'machines': (number);
  'held': (number);
  'decisions': (string);
  'serverCertificateExpiresUnixMs': (string);
}
