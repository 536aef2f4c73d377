// Original file: proto/bootlatch/v1/admin.proto

import type { Basis as _bootlatch_v1_Basis, Basis__Output as _bootlatch_v1_Basis__Output } from '../../bootlatch/v1/Basis.ts';

export interface Reason {
  /**
   * Stable code, area/kebab-case.
   */
  'code'?: (string);
  'passed'?: (boolean);
  /**
   * The rule, as the policy names it.
   */
  'rule'?: (string);
  /**
   * The fact it looked at.
   */
  'fact'?: (string);
  /**
   * What would have satisfied it.
   */
  'wanted'?: (string);
  /**
   * Where the fact came from: event number, PCR.
   */
  'source'?: (string);
  /**
   * What the fact rests on.
   */
  'basis'?: (_bootlatch_v1_Basis);
  /**
   * What the event log says of the event, where it is not as wanted. Nothing proves it, and nothing was decided by it.
   */
  'untrustedHint'?: (string);
}

export interface Reason__Output {
  /**
   * Stable code, area/kebab-case.
   */
  'code': (string);
  'passed': (boolean);
  /**
   * The rule, as the policy names it.
   */
  'rule': (string);
  /**
   * The fact it looked at.
   */
  'fact': (string);
  /**
   * What would have satisfied it.
   */
  'wanted': (string);
  /**
   * Where the fact came from: event number, PCR.
   */
  'source': (string);
  /**
   * What the fact rests on.
   */
  'basis': (_bootlatch_v1_Basis__Output);
  /**
   * What the event log says of the event, where it is not as wanted. Nothing proves it, and nothing was decided by it.
   */
  'untrustedHint': (string);
}
