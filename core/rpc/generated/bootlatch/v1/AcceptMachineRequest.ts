// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface AcceptMachineRequest {
  'machine'?: (string);
  'decision'?: (number | string | Long);
  'reason'?: (string);
  /**
   * Name of the AK that the person has compared: a machine that has enrolled anew since is not accepted. Empty where nobody
   * compared it.
   */
  'expectedAkName'?: (Buffer | Uint8Array | string);
}

export interface AcceptMachineRequest__Output {
  'machine': (string);
  'decision': (string);
  'reason': (string);
  /**
   * Name of the AK that the person has compared: a machine that has enrolled anew since is not accepted. Empty where nobody
   * compared it.
   */
  'expectedAkName': (Buffer);
}
