// Original file: proto/bootlatch/v1/admin.proto


export interface DiffBootsResponse {
  /**
   * The most telling first; none where nothing is different.
   */
  'words'?: (string)[];
}

export interface DiffBootsResponse__Output {
  /**
   * The most telling first; none where nothing is different.
   */
  'words': (string)[];
}
