// Original file: proto/bootlatch/v1/admin.proto

export const AnnouncementState = {
  ANNOUNCEMENT_STATE_UNSPECIFIED: 'ANNOUNCEMENT_STATE_UNSPECIFIED',
  ANNOUNCEMENT_STATE_LIVE: 'ANNOUNCEMENT_STATE_LIVE',
  /**
   * Its time is over.
   */
  ANNOUNCEMENT_STATE_ENDED: 'ANNOUNCEMENT_STATE_ENDED',
  ANNOUNCEMENT_STATE_WITHDRAWN: 'ANNOUNCEMENT_STATE_WITHDRAWN',
} as const;

export type AnnouncementState =
  | 'ANNOUNCEMENT_STATE_UNSPECIFIED'
  | 0
  | 'ANNOUNCEMENT_STATE_LIVE'
  | 1
  /**
   * Its time is over.
   */
  | 'ANNOUNCEMENT_STATE_ENDED'
  | 2
  | 'ANNOUNCEMENT_STATE_WITHDRAWN'
  | 3

export type AnnouncementState__Output = typeof AnnouncementState[keyof typeof AnnouncementState]
