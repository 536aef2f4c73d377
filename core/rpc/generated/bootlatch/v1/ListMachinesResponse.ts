// Original file: proto/bootlatch/v1/admin.proto

import type { Machine as _bootlatch_v1_Machine, Machine__Output as _bootlatch_v1_Machine__Output } from '../../bootlatch/v1/Machine.ts';

export interface ListMachinesResponse {
  'machines'?: (_bootlatch_v1_Machine)[];
}

export interface ListMachinesResponse__Output {
  'machines': (_bootlatch_v1_Machine__Output)[];
}
