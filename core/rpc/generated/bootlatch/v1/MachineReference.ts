// Original file: proto/bootlatch/v1/admin.proto


export interface MachineReference {
  /**
   * Name, or the id in its usual form.
   */
  'machine'?: (string);
}

export interface MachineReference__Output {
  /**
   * Name, or the id in its usual form.
   */
  'machine': (string);
}
