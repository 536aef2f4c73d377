// Original file: proto/bootlatch/v1/join.proto


export interface ProveRequest {
  /**
   * ProveCore: enrolment id, the EK publics, the AK public.
   */
  'core'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface ProveRequest__Output {
  /**
   * ProveCore: enrolment id, the EK publics, the AK public.
   */
  'core': (Buffer);
  'signature': (Buffer);
}
