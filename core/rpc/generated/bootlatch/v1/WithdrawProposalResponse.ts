// Original file: proto/bootlatch/v1/admin.proto


export interface WithdrawProposalResponse {
}

export interface WithdrawProposalResponse__Output {
}
