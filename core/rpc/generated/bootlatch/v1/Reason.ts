// Original file: proto/bootlatch/v1/admin.proto


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
}
