// Original file: proto/bootlatch/v1/admin.proto


export interface UnlockMachineRequest {
  'machine'?: (string);
  'reason'?: (string);
}

export interface UnlockMachineRequest__Output {
  'machine': (string);
  'reason': (string);
}
