// Original file: proto/bootlatch/v1/admin.proto


export interface RemoveMachineRequest {
  'machine'?: (string);
  'reason'?: (string);
}

export interface RemoveMachineRequest__Output {
  'machine': (string);
  'reason': (string);
}
