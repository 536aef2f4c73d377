// Original file: proto/bootlatch/v1/admin.proto

import type { Machine as _bootlatch_v1_Machine, Machine__Output as _bootlatch_v1_Machine__Output } from '../../bootlatch/v1/Machine.ts';
import type { Decision as _bootlatch_v1_Decision, Decision__Output as _bootlatch_v1_Decision__Output } from '../../bootlatch/v1/Decision.ts';
import type { VolumeKey as _bootlatch_v1_VolumeKey, VolumeKey__Output as _bootlatch_v1_VolumeKey__Output } from '../../bootlatch/v1/VolumeKey.ts';
import type { TierWord as _bootlatch_v1_TierWord, TierWord__Output as _bootlatch_v1_TierWord__Output } from '../../bootlatch/v1/TierWord.ts';
import type { OperatorAction as _bootlatch_v1_OperatorAction, OperatorAction__Output as _bootlatch_v1_OperatorAction__Output } from '../../bootlatch/v1/OperatorAction.ts';

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
  /**
   * Whose word the tier is; none where it is that of the enrolment.
   */
  'tierWords'?: (_bootlatch_v1_TierWord)[];
  /**
   * Words for a higher tier that wait for others.
   */
  'tierWaiting'?: (_bootlatch_v1_TierWord)[];
  /**
   * How many people have to say that the tier is a higher one.
   */
  'tierPeople'?: (number);
  /**
   * What operators did with the machine, the newest first.
   */
  'actions'?: (_bootlatch_v1_OperatorAction)[];
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
  /**
   * Whose word the tier is; none where it is that of the enrolment.
   */
  'tierWords': (_bootlatch_v1_TierWord__Output)[];
  /**
   * Words for a higher tier that wait for others.
   */
  'tierWaiting': (_bootlatch_v1_TierWord__Output)[];
  /**
   * How many people have to say that the tier is a higher one.
   */
  'tierPeople': (number);
  /**
   * What operators did with the machine, the newest first.
   */
  'actions': (_bootlatch_v1_OperatorAction__Output)[];
}
