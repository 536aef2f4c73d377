// Original file: proto/bootlatch/v1/admin.proto

import type { RetiredResultKeys as _bootlatch_v1_RetiredResultKeys, RetiredResultKeys__Output as _bootlatch_v1_RetiredResultKeys__Output } from '../../bootlatch/v1/RetiredResultKeys.ts';
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
  /**
   * When keys that sign attestation results were replaced before their time, the newest first.
   */
  'retiredResultKeys'?: (_bootlatch_v1_RetiredResultKeys)[];
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
  /**
   * When keys that sign attestation results were replaced before their time, the newest first.
   */
  'retiredResultKeys': (_bootlatch_v1_RetiredResultKeys__Output)[];
}
