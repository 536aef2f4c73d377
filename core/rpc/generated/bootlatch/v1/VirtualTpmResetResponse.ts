// Original file: proto/bootlatch/v1/vtpm.proto


export interface VirtualTpmResetResponse {
}

export interface VirtualTpmResetResponse__Output {
}
