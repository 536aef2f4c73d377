// Original file: proto/bootlatch/v1/admin.proto


export interface LearnPolicyRequest {
  'machine'?: (string);
  /**
   * Name for the policy; the machine's name where empty.
   */
  'name'?: (string);
}

export interface LearnPolicyRequest__Output {
  'machine': (string);
  /**
   * Name for the policy; the machine's name where empty.
   */
  'name': (string);
}
