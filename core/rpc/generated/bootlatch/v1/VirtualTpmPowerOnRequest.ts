// Original file: proto/bootlatch/v1/vtpm.proto


export interface VirtualTpmPowerOnRequest {
}

export interface VirtualTpmPowerOnRequest__Output {
}
