// Original file: proto/bootlatch/v1/boot.proto


export interface ChallengeRequest {
  'bootId'?: (Buffer | Uint8Array | string);
}

export interface ChallengeRequest__Output {
  'bootId': (Buffer);
}
