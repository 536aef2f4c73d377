// Original file: proto/bootlatch/v1/admin.proto


export interface ApplyPolicyRequest {
  /**
   * YAML, as the engineer wrote it.
   */
  'document'?: (string);
  /**
   * File name for error messages.
   */
  'source'?: (string);
}

export interface ApplyPolicyRequest__Output {
  /**
   * YAML, as the engineer wrote it.
   */
  'document': (string);
  /**
   * File name for error messages.
   */
  'source': (string);
}
