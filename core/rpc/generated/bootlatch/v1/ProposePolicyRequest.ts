// Original file: proto/bootlatch/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ProposePolicyRequest {
  /**
   * Decision with verified evidence.
   */
  'decision'?: (number | string | Long);
  /**
   * Why unknown events are let through, for the waivers that this takes.
   */
  'reason'?: (string);
}

export interface ProposePolicyRequest__Output {
  /**
   * Decision with verified evidence.
   */
  'decision': (string);
  /**
   * Why unknown events are let through, for the waivers that this takes.
   */
  'reason': (string);
}
