// Original file: proto/bootlatch/v1/boot.proto


export interface ReleaseRequest {
  'bootId'?: (Buffer | Uint8Array | string);
  'challenge'?: (Buffer | Uint8Array | string);
  /**
   * RequestCore in core/evidence's own codec, digested as received: PCR values, logs, the volumes wanted.
   */
  'core'?: (Buffer | Uint8Array | string);
  /**
   * TPMS_ATTEST, as the TPM signed it.
   */
  'attest'?: (Buffer | Uint8Array | string);
  /**
   * TPMT_SIGNATURE.
   */
  'signature'?: (Buffer | Uint8Array | string);
  /**
   * P-256 point, uncompressed (65 bytes).
   */
  'oneTimePublicKey'?: (Buffer | Uint8Array | string);
}

export interface ReleaseRequest__Output {
  'bootId': (Buffer);
  'challenge': (Buffer);
  /**
   * RequestCore in core/evidence's own codec, digested as received: PCR values, logs, the volumes wanted.
   */
  'core': (Buffer);
  /**
   * TPMS_ATTEST, as the TPM signed it.
   */
  'attest': (Buffer);
  /**
   * TPMT_SIGNATURE.
   */
  'signature': (Buffer);
  /**
   * P-256 point, uncompressed (65 bytes).
   */
  'oneTimePublicKey': (Buffer);
}
