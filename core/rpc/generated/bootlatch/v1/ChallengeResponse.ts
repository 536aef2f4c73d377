// Original file: proto/bootlatch/v1/boot.proto

import type { PcrBankSelection as _bootlatch_v1_PcrBankSelection, PcrBankSelection__Output as _bootlatch_v1_PcrBankSelection__Output } from '../../bootlatch/v1/PcrBankSelection.ts';
import type { Long } from '@grpc/proto-loader';

export interface ChallengeResponse {
  'challenge'?: (Buffer | Uint8Array | string);
  'expiresUnixMs'?: (number | string | Long);
  /**
   * Which PCRs to quote, bank by bank: exactly these.
   */
  'selection'?: (_bootlatch_v1_PcrBankSelection)[];
}

export interface ChallengeResponse__Output {
  'challenge': (Buffer);
  'expiresUnixMs': (string);
  /**
   * Which PCRs to quote, bank by bank: exactly these.
   */
  'selection': (_bootlatch_v1_PcrBankSelection__Output)[];
}
