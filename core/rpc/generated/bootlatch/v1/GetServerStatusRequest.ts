// Original file: proto/bootlatch/v1/admin.proto


export interface GetServerStatusRequest {
}

export interface GetServerStatusRequest__Output {
}
