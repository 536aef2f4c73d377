// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface LearnPolicyResponse {
  'document'?: (string);
  'learntFromDecision'?: (number | string | Long);
}

export interface LearnPolicyResponse__Output {
  'document': (string);
  'learntFromDecision': (string);
}
