// Original file: proto/bootlatch/v1/boot.proto


export interface DepositKeyResponse {
  'keyId'?: (Buffer | Uint8Array | string);
  'version'?: (number);
}

export interface DepositKeyResponse__Output {
  'keyId': (Buffer);
  'version': (number);
}
