// Original file: proto/bootlatch/v1/vtpm.proto


export interface VirtualTpmPowerOnResponse {
}

export interface VirtualTpmPowerOnResponse__Output {
}
