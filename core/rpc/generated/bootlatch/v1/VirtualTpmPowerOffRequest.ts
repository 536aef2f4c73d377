// Original file: proto/bootlatch/v1/vtpm.proto


export interface VirtualTpmPowerOffRequest {
}

export interface VirtualTpmPowerOffRequest__Output {
}
