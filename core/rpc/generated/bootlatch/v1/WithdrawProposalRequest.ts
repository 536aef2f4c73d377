// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface WithdrawProposalRequest {
  'proposal'?: (number | string | Long);
  'reason'?: (string);
}

export interface WithdrawProposalRequest__Output {
  'proposal': (string);
  'reason': (string);
}
