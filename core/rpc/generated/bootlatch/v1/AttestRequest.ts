// Original file: proto/bootlatch/v1/boot.proto


export interface AttestRequest {
  /**
   * Who is to rely on it.
   */
  'audience'?: (string);
  /**
   * What binds it to one question of his; may be empty.
   */
  'nonce'?: (string);
}

export interface AttestRequest__Output {
  /**
   * Who is to rely on it.
   */
  'audience': (string);
  /**
   * What binds it to one question of his; may be empty.
   */
  'nonce': (string);
}
