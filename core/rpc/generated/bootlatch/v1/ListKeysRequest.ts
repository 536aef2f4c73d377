// Original file: proto/bootlatch/v1/admin.proto


export interface ListKeysRequest {
  'machine'?: (string);
}

export interface ListKeysRequest__Output {
  'machine': (string);
}
