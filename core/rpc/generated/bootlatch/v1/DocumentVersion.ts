// Original file: proto/bootlatch/v1/admin.proto


export interface DocumentVersion {
  'kind'?: (string);
  'name'?: (string);
  'version'?: (number);
}

export interface DocumentVersion__Output {
  'kind': (string);
  'name': (string);
  'version': (number);
}
