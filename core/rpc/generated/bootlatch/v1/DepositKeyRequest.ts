// Original file: proto/bootlatch/v1/boot.proto

import type { LuksVolume as _bootlatch_v1_LuksVolume, LuksVolume__Output as _bootlatch_v1_LuksVolume__Output } from '../../bootlatch/v1/LuksVolume.ts';

export interface DepositKeyRequest {
  'luks'?: (_bootlatch_v1_LuksVolume | null);
  /**
   * The passphrase of that keyslot.
   */
  'key'?: (Buffer | Uint8Array | string);
}

export interface DepositKeyRequest__Output {
  'luks': (_bootlatch_v1_LuksVolume__Output | null);
  /**
   * The passphrase of that keyslot.
   */
  'key': (Buffer);
}
