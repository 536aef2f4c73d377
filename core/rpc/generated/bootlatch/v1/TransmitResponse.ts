// Original file: proto/bootlatch/v1/vtpm.proto


export interface TransmitResponse {
  'response'?: (Buffer | Uint8Array | string);
}

export interface TransmitResponse__Output {
  'response': (Buffer);
}
