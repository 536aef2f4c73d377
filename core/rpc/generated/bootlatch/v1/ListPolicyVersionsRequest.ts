// Original file: proto/bootlatch/v1/admin.proto


export interface ListPolicyVersionsRequest {
  'name'?: (string);
}

export interface ListPolicyVersionsRequest__Output {
  'name': (string);
}
