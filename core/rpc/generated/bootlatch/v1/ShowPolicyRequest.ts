// Original file: proto/bootlatch/v1/admin.proto


export interface ShowPolicyRequest {
  'name'?: (string);
  /**
   * 0 for the newest.
   */
  'version'?: (number);
}

export interface ShowPolicyRequest__Output {
  'name': (string);
  /**
   * 0 for the newest.
   */
  'version': (number);
}
