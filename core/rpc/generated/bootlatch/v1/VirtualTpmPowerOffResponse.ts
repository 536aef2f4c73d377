// Original file: proto/bootlatch/v1/vtpm.proto


export interface VirtualTpmPowerOffResponse {
}

export interface VirtualTpmPowerOffResponse__Output {
}
