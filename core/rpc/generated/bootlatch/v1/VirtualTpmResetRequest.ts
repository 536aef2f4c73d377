// Original file: proto/bootlatch/v1/vtpm.proto


export interface VirtualTpmResetRequest {
}

export interface VirtualTpmResetRequest__Output {
}
