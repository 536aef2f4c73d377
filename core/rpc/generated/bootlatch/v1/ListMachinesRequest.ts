// Original file: proto/bootlatch/v1/admin.proto


export interface ListMachinesRequest {
}

export interface ListMachinesRequest__Output {
}
