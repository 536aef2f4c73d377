// Original file: proto/bootlatch/v1/join.proto


export interface BeginResponse {
  'machineId'?: (Buffer | Uint8Array | string);
  /**
   * Names this run of the enrolment in Prove and Complete.
   */
  'enrolmentId'?: (Buffer | Uint8Array | string);
  'serverId'?: (Buffer | Uint8Array | string);
  /**
   * JWE to the one-time key: the state key of generation 1. Each state key is sent once.
   */
  'sealedStateKey'?: (string);
}

export interface BeginResponse__Output {
  'machineId': (Buffer);
  /**
   * Names this run of the enrolment in Prove and Complete.
   */
  'enrolmentId': (Buffer);
  'serverId': (Buffer);
  /**
   * JWE to the one-time key: the state key of generation 1. Each state key is sent once.
   */
  'sealedStateKey': (string);
}
