// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ShowProposalRequest {
  'proposal'?: (number | string | Long);
}

export interface ShowProposalRequest__Output {
  'proposal': (string);
}
