// Original file: proto/bootlatch/v1/admin.proto


export interface ListAnnouncementsRequest {
}

export interface ListAnnouncementsRequest__Output {
}
