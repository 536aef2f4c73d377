// Original file: proto/bootlatch/v1/admin.proto


export interface RemoveMachineResponse {
}

export interface RemoveMachineResponse__Output {
}
