// Original file: proto/bootlatch/v1/vtpm.proto


export interface VirtualTpmCancelRequest {
}

export interface VirtualTpmCancelRequest__Output {
}
