// Original file: proto/bootlatch/v1/admin.proto


export interface ListProposalsRequest {
}

export interface ListProposalsRequest__Output {
}
