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
  /**
   * Why, for the record.
   */
  'reason'?: (string);
  /**
   * The newest version that whoever applies has seen: refused where there is a newer one. 0 for any.
   */
  'expectedVersion'?: (number);
  /**
   * JWS in General JSON Serialization over the change; empty for none.
   */
  'signatures'?: (string);
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
  /**
   * Why, for the record.
   */
  'reason': (string);
  /**
   * The newest version that whoever applies has seen: refused where there is a newer one. 0 for any.
   */
  'expectedVersion': (number);
  /**
   * JWS in General JSON Serialization over the change; empty for none.
   */
  'signatures': (string);
}
