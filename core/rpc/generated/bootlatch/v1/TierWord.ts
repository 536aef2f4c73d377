// Original file: proto/bootlatch/v1/admin.proto

import type { Tier as _bootlatch_v1_Tier, Tier__Output as _bootlatch_v1_Tier__Output } from '../../bootlatch/v1/Tier.ts';
import type { Long } from '@grpc/proto-loader';

export interface TierWord {
  'tier'?: (_bootlatch_v1_Tier);
  'operator'?: (string);
  'reason'?: (string);
  'saidUnixMs'?: (number | string | Long);
}

export interface TierWord__Output {
  'tier': (_bootlatch_v1_Tier__Output);
  'operator': (string);
  'reason': (string);
  'saidUnixMs': (string);
}
