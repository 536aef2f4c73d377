// Original file: proto/bootlatch/v1/admin.proto


export interface WithdrawAnnouncementResponse {
}

export interface WithdrawAnnouncementResponse__Output {
}
