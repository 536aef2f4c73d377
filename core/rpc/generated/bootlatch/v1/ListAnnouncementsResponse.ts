// Original file: proto/bootlatch/v1/admin.proto

import type { Announcement as _bootlatch_v1_Announcement, Announcement__Output as _bootlatch_v1_Announcement__Output } from '../../bootlatch/v1/Announcement.ts';

export interface ListAnnouncementsResponse {
  'announcements'?: (_bootlatch_v1_Announcement)[];
}

export interface ListAnnouncementsResponse__Output {
  'announcements': (_bootlatch_v1_Announcement__Output)[];
}
