// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface AcceptMachineRequest {
  'machine'?: (string);
  'decision'?: (number | string | Long);
  'reason'?: (string);
}

export interface AcceptMachineRequest__Output {
  'machine': (string);
  'decision': (string);
  'reason': (string);
}
