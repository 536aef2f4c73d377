// Original file: proto/bootlatch/v1/admin.proto


export interface LockMachineRequest {
  'machine'?: (string);
  'reason'?: (string);
}

export interface LockMachineRequest__Output {
  'machine': (string);
  'reason': (string);
}
