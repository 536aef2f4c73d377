// Original file: proto/bootlatch/v1/admin.proto


export interface InviteMachineRequest {
  /**
   * Name for the machine; the server checks that it is free.
   */
  'name'?: (string);
  'group'?: (string);
  'validSeconds'?: (number);
}

export interface InviteMachineRequest__Output {
  /**
   * Name for the machine; the server checks that it is free.
   */
  'name': (string);
  'group': (string);
  'validSeconds': (number);
}
