// Original file: proto/bootlatch/v1/admin.proto

import type { Tier as _bootlatch_v1_Tier, Tier__Output as _bootlatch_v1_Tier__Output } from '../../bootlatch/v1/Tier.ts';

export interface ChangeTierRequest {
  'machine'?: (string);
  'tier'?: (_bootlatch_v1_Tier);
  'reason'?: (string);
  /**
   * Name of the AK that the person has compared: nothing is said of another TPM.
   */
  'expectedAkName'?: (Buffer | Uint8Array | string);
}

export interface ChangeTierRequest__Output {
  'machine': (string);
  'tier': (_bootlatch_v1_Tier__Output);
  'reason': (string);
  /**
   * Name of the AK that the person has compared: nothing is said of another TPM.
   */
  'expectedAkName': (Buffer);
}
