// Original file: proto/bootlatch/v1/join.proto


export interface BeginRequest {
  /**
   * BeginCore: join token, machine public key, one-time public key, host name as the agent gives it.
   */
  'core'?: (Buffer | Uint8Array | string);
  /**
   * By the machine key: ECDSA P-256, SHA-256, r and s of 32 bytes each.
   */
  'signature'?: (Buffer | Uint8Array | string);
}

export interface BeginRequest__Output {
  /**
   * BeginCore: join token, machine public key, one-time public key, host name as the agent gives it.
   */
  'core': (Buffer);
  /**
   * By the machine key: ECDSA P-256, SHA-256, r and s of 32 bytes each.
   */
  'signature': (Buffer);
}
