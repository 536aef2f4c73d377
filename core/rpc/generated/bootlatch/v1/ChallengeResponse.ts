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
  /**
   * The keys will not be bound to values of PCRs: the TPM is to be capped when it has quoted, before the request is sent, so that
   * whatever ends the agent from then on leaves it capped.
   */
  'capBeforeRelease'?: (boolean);
}

export interface ChallengeResponse__Output {
  'challenge': (Buffer);
  'expiresUnixMs': (string);
  /**
   * Which PCRs to quote, bank by bank: exactly these.
   */
  'selection': (_bootlatch_v1_PcrBankSelection__Output)[];
  /**
   * The keys will not be bound to values of PCRs: the TPM is to be capped when it has quoted, before the request is sent, so that
   * whatever ends the agent from then on leaves it capped.
   */
  'capBeforeRelease': (boolean);
}
