// Original file: proto/bootlatch/v1/boot.proto

import type { Held as _bootlatch_v1_Held, Held__Output as _bootlatch_v1_Held__Output } from '../../bootlatch/v1/Held.ts';
import type { Admitted as _bootlatch_v1_Admitted, Admitted__Output as _bootlatch_v1_Admitted__Output } from '../../bootlatch/v1/Admitted.ts';
import type { Rekey as _bootlatch_v1_Rekey, Rekey__Output as _bootlatch_v1_Rekey__Output } from '../../bootlatch/v1/Rekey.ts';

export interface PowerOnEvent {
  'held'?: (_bootlatch_v1_Held | null);
  'admitted'?: (_bootlatch_v1_Admitted | null);
  'rekey'?: (_bootlatch_v1_Rekey | null);
  'event'?: "held"|"admitted"|"rekey";
}

export interface PowerOnEvent__Output {
  'held'?: (_bootlatch_v1_Held__Output | null);
  'admitted'?: (_bootlatch_v1_Admitted__Output | null);
  'rekey'?: (_bootlatch_v1_Rekey__Output | null);
  'event'?: "held"|"admitted"|"rekey";
}
