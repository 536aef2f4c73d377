// Original file: proto/bootlatch/v1/vtpm.proto


export interface TransmitRequest {
  'command'?: (Buffer | Uint8Array | string);
  /**
   * 0 to 4; PCR extend and reset rights depend on it (PC Client profile, 4.6).
   */
  'locality'?: (number);
}

export interface TransmitRequest__Output {
  'command': (Buffer);
  /**
   * 0 to 4; PCR extend and reset rights depend on it (PC Client profile, 4.6).
   */
  'locality': (number);
}
