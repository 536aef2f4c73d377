// Original file: proto/bootlatch/v1/admin.proto

import type { MachineState as _bootlatch_v1_MachineState, MachineState__Output as _bootlatch_v1_MachineState__Output } from '../../bootlatch/v1/MachineState.ts';
import type { Tier as _bootlatch_v1_Tier, Tier__Output as _bootlatch_v1_Tier__Output } from '../../bootlatch/v1/Tier.ts';
import type { Long } from '@grpc/proto-loader';

export interface Machine {
  'id'?: (Buffer | Uint8Array | string);
  'name'?: (string);
  'group'?: (string);
  'state'?: (_bootlatch_v1_MachineState);
  'tier'?: (_bootlatch_v1_Tier);
  /**
   * Name of the policy in force, empty where none is.
   */
  'policy'?: (string);
  'enrolledUnixMs'?: (number | string | Long);
  'lastBootUnixMs'?: (number | string | Long);
  'lastDecision'?: (number | string | Long);
  /**
   * Set where a request of this machine is held.
   */
  'heldDecision'?: (number | string | Long);
  /**
   * True where an applied policy admits it on what its own disk holds.
   */
  'acceptsDiskOnlyIdentity'?: (boolean);
}

export interface Machine__Output {
  'id': (Buffer);
  'name': (string);
  'group': (string);
  'state': (_bootlatch_v1_MachineState__Output);
  'tier': (_bootlatch_v1_Tier__Output);
  /**
   * Name of the policy in force, empty where none is.
   */
  'policy': (string);
  'enrolledUnixMs': (string);
  'lastBootUnixMs': (string);
  'lastDecision': (string);
  /**
   * Set where a request of this machine is held.
   */
  'heldDecision': (string);
  /**
   * True where an applied policy admits it on what its own disk holds.
   */
  'acceptsDiskOnlyIdentity': (boolean);
}
