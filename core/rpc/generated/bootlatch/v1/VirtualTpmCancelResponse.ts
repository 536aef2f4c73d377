// Original file: proto/bootlatch/v1/vtpm.proto


export interface VirtualTpmCancelResponse {
}

export interface VirtualTpmCancelResponse__Output {
}
