// Original file: proto/bootlatch/v1/boot.proto


export interface LuksVolume {
  /**
   * LUKS2 header UUID, 16 bytes.
   */
  'uuid'?: (Buffer | Uint8Array | string);
  /**
   * SHA-256 over the keyslot (core/keys says of what), so that another volume with the same UUID gets nothing.
   */
  'keyslotDigest'?: (Buffer | Uint8Array | string);
}

export interface LuksVolume__Output {
  /**
   * LUKS2 header UUID, 16 bytes.
   */
  'uuid': (Buffer);
  /**
   * SHA-256 over the keyslot (core/keys says of what), so that another volume with the same UUID gets nothing.
   */
  'keyslotDigest': (Buffer);
}
