// Original file: proto/bootlatch/v1/boot.proto


export interface PowerOnRequest {
  /**
   * Generation of the vTPM state file, from its header.
   */
  'stateGeneration'?: (number);
  /**
   * Every boot token not yet confirmed: the current one and the candidates. 32 bytes each, oldest first.
   */
  'bootTokens'?: (Buffer | Uint8Array | string)[];
  /**
   * SHA-256 of the token drawn for this request, already durable on the machine.
   */
  'nextTokenHash'?: (Buffer | Uint8Array | string);
  /**
   * P-256 point, uncompressed (65 bytes), of a key made for this request only.
   */
  'oneTimePublicKey'?: (Buffer | Uint8Array | string);
  /**
   * What the platform says of the instance, made for this request: it carries the nonce that core/evidence composes of
   * server, machine, next_token_hash and one_time_public_key. Empty where the machine asks no platform; 64 KiB at most.
   */
  'platformDocument'?: (Buffer | Uint8Array | string);
}

export interface PowerOnRequest__Output {
  /**
   * Generation of the vTPM state file, from its header.
   */
  'stateGeneration': (number);
  /**
   * Every boot token not yet confirmed: the current one and the candidates. 32 bytes each, oldest first.
   */
  'bootTokens': (Buffer)[];
  /**
   * SHA-256 of the token drawn for this request, already durable on the machine.
   */
  'nextTokenHash': (Buffer);
  /**
   * P-256 point, uncompressed (65 bytes), of a key made for this request only.
   */
  'oneTimePublicKey': (Buffer);
  /**
   * What the platform says of the instance, made for this request: it carries the nonce that core/evidence composes of
   * server, machine, next_token_hash and one_time_public_key. Empty where the machine asks no platform; 64 KiB at most.
   */
  'platformDocument': (Buffer);
}
