// Original file: proto/bootlatch/v1/admin.proto

import type { Gate as _bootlatch_v1_Gate, Gate__Output as _bootlatch_v1_Gate__Output } from '../../bootlatch/v1/Gate.ts';
import type { Outcome as _bootlatch_v1_Outcome, Outcome__Output as _bootlatch_v1_Outcome__Output } from '../../bootlatch/v1/Outcome.ts';
import type { Long } from '@grpc/proto-loader';

export interface Decision {
  'number'?: (number | string | Long);
  'gate'?: (_bootlatch_v1_Gate);
  'outcome'?: (_bootlatch_v1_Outcome);
  'machineId'?: (Buffer | Uint8Array | string);
  'machineName'?: (string);
  'bootId'?: (Buffer | Uint8Array | string);
  'decidedUnixMs'?: (number | string | Long);
  /**
   * Address the request came from.
   */
  'peer'?: (string);
  /**
   * One line for the engineer: the first reason against.
   */
  'summary'?: (string);
  'policy'?: (string);
  'policyVersion'?: (number);
  /**
   * Versions of the reference values it was judged by, by name.
   */
  'referenceVersions'?: ({[key: string]: number});
  /**
   * Versions of the groups that the machine was in, by name.
   */
  'groupVersions'?: ({[key: string]: number});
}

export interface Decision__Output {
  'number': (string);
  'gate': (_bootlatch_v1_Gate__Output);
  'outcome': (_bootlatch_v1_Outcome__Output);
  'machineId': (Buffer);
  'machineName': (string);
  'bootId': (Buffer);
  'decidedUnixMs': (string);
  /**
   * Address the request came from.
   */
  'peer': (string);
  /**
   * One line for the engineer: the first reason against.
   */
  'summary': (string);
  'policy': (string);
  'policyVersion': (number);
  /**
   * Versions of the reference values it was judged by, by name.
   */
  'referenceVersions': ({[key: string]: number});
  /**
   * Versions of the groups that the machine was in, by name.
   */
  'groupVersions': ({[key: string]: number});
}
