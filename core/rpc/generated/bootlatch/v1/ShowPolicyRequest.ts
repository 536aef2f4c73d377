// Original file: proto/bootlatch/v1/admin.proto


export interface ShowPolicyRequest {
  'name'?: (string);
  /**
   * 0 for the newest.
   */
  'version'?: (number);
  /**
   * Which kind of document is meant, where a Group has the name of another one. Empty for any.
   */
  'kind'?: (string);
}

export interface ShowPolicyRequest__Output {
  'name': (string);
  /**
   * 0 for the newest.
   */
  'version': (number);
  /**
   * Which kind of document is meant, where a Group has the name of another one. Empty for any.
   */
  'kind': (string);
}
