// Original file: proto/bootlatch/v1/admin.proto


export interface ListPoliciesRequest {
}

export interface ListPoliciesRequest__Output {
}
