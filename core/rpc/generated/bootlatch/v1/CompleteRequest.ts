// Original file: proto/bootlatch/v1/join.proto


export interface CompleteRequest {
  /**
   * CompleteCore: enrolment id, HMAC over the enrolment's transcript under the activated secrets.
   */
  'core'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface CompleteRequest__Output {
  /**
   * CompleteCore: enrolment id, HMAC over the enrolment's transcript under the activated secrets.
   */
  'core': (Buffer);
  'signature': (Buffer);
}
