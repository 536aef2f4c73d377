// Original file: proto/bootlatch/v1/join.proto


export interface CompleteResponse {
  /**
   * DER, leaf first, our CA last.
   */
  'machineCertificates'?: (Buffer | Uint8Array | string)[];
  /**
   * DER, one for each EK, in the order of ProveCore, for the standard NV indices.
   */
  'ekCertificates'?: (Buffer | Uint8Array | string)[];
  /**
   * DER: the certificate that the server's TLS chain ends in.
   */
  'serverAnchor'?: (Buffer | Uint8Array | string);
  /**
   * host:port of the main listener.
   */
  'mainAddress'?: (string);
  /**
   * Head of the boot-token chain is set from the token the agent offered in CompleteCore.
   */
  'machineName'?: (string);
}

export interface CompleteResponse__Output {
  /**
   * DER, leaf first, our CA last.
   */
  'machineCertificates': (Buffer)[];
  /**
   * DER, one for each EK, in the order of ProveCore, for the standard NV indices.
   */
  'ekCertificates': (Buffer)[];
  /**
   * DER: the certificate that the server's TLS chain ends in.
   */
  'serverAnchor': (Buffer);
  /**
   * host:port of the main listener.
   */
  'mainAddress': (string);
  /**
   * Head of the boot-token chain is set from the token the agent offered in CompleteCore.
   */
  'machineName': (string);
}
