// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface OperatorAction {
  /**
   * accept, settle-fork, lock, unlock, remove, tier T1, ...
   */
  'action'?: (string);
  'operator'?: (string);
  'reason'?: (string);
  'doneUnixMs'?: (number | string | Long);
}

export interface OperatorAction__Output {
  /**
   * accept, settle-fork, lock, unlock, remove, tier T1, ...
   */
  'action': (string);
  'operator': (string);
  'reason': (string);
  'doneUnixMs': (string);
}
