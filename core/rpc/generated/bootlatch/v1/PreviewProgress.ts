// Original file: proto/bootlatch/v1/admin.proto


export interface PreviewProgress {
  'done'?: (number);
  'total'?: (number);
}

export interface PreviewProgress__Output {
  'done': (number);
  'total': (number);
}
