// Original file: proto/bootlatch/v1/admin.proto


export interface WithdrawAnnouncementRequest {
  'name'?: (string);
  'reason'?: (string);
}

export interface WithdrawAnnouncementRequest__Output {
  'name': (string);
  'reason': (string);
}
