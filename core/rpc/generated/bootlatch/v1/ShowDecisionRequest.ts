// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ShowDecisionRequest {
  'number'?: (number | string | Long);
}

export interface ShowDecisionRequest__Output {
  'number': (string);
}
