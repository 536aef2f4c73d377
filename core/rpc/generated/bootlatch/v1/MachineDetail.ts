// Original file: proto/bootlatch/v1/admin.proto

import type { Machine as _bootlatch_v1_Machine, Machine__Output as _bootlatch_v1_Machine__Output } from '../../bootlatch/v1/Machine.ts';
import type { Decision as _bootlatch_v1_Decision, Decision__Output as _bootlatch_v1_Decision__Output } from '../../bootlatch/v1/Decision.ts';
import type { VolumeKey as _bootlatch_v1_VolumeKey, VolumeKey__Output as _bootlatch_v1_VolumeKey__Output } from '../../bootlatch/v1/VolumeKey.ts';

export interface MachineDetail {
  'machine'?: (_bootlatch_v1_Machine | null);
  'akName'?: (Buffer | Uint8Array | string);
  'ekNames'?: (Buffer | Uint8Array | string)[];
  /**
   * SHA-256 of the machine key's SPKI.
   */
  'machineKey'?: (Buffer | Uint8Array | string);
  'stateGeneration'?: (number);
  'recent'?: (_bootlatch_v1_Decision)[];
  'keys'?: (_bootlatch_v1_VolumeKey)[];
  'alarms'?: (string)[];
  /**
   * Where a platform says that it runs, as `NAME at ISSUER`; empty while none has vouched for a start.
   */
  'instance'?: (string);
}

export interface MachineDetail__Output {
  'machine': (_bootlatch_v1_Machine__Output | null);
  'akName': (Buffer);
  'ekNames': (Buffer)[];
  /**
   * SHA-256 of the machine key's SPKI.
   */
  'machineKey': (Buffer);
  'stateGeneration': (number);
  'recent': (_bootlatch_v1_Decision__Output)[];
  'keys': (_bootlatch_v1_VolumeKey__Output)[];
  'alarms': (string)[];
  /**
   * Where a platform says that it runs, as `NAME at ISSUER`; empty while none has vouched for a start.
   */
  'instance': (string);
}
