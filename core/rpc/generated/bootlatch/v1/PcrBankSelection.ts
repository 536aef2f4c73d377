// Original file: proto/bootlatch/v1/boot.proto


export interface PcrBankSelection {
  /**
   * TPM_ALG_ID.
   */
  'hash'?: (number);
  /**
   * PCR indices, ascending.
   */
  'pcrs'?: (number)[];
}

export interface PcrBankSelection__Output {
  /**
   * TPM_ALG_ID.
   */
  'hash': (number);
  /**
   * PCR indices, ascending.
   */
  'pcrs': (number)[];
}
