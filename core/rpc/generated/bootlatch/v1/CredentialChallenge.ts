// Original file: proto/bootlatch/v1/join.proto


/**
 * What TPM2_MakeCredential returns (Part 3, 12.6), made by the server for one EK and the AK's name.
 */
export interface CredentialChallenge {
  /**
   * TPM2B_ID_OBJECT.
   */
  'credentialBlob'?: (Buffer | Uint8Array | string);
  /**
   * TPM2B_ENCRYPTED_SECRET.
   */
  'secret'?: (Buffer | Uint8Array | string);
}

/**
 * What TPM2_MakeCredential returns (Part 3, 12.6), made by the server for one EK and the AK's name.
 */
export interface CredentialChallenge__Output {
  /**
   * TPM2B_ID_OBJECT.
   */
  'credentialBlob': (Buffer);
  /**
   * TPM2B_ENCRYPTED_SECRET.
   */
  'secret': (Buffer);
}
