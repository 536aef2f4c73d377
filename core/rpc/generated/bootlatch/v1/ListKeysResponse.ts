// Original file: proto/bootlatch/v1/admin.proto

import type { VolumeKey as _bootlatch_v1_VolumeKey, VolumeKey__Output as _bootlatch_v1_VolumeKey__Output } from '../../bootlatch/v1/VolumeKey.ts';

export interface ListKeysResponse {
  'keys'?: (_bootlatch_v1_VolumeKey)[];
}

export interface ListKeysResponse__Output {
  'keys': (_bootlatch_v1_VolumeKey__Output)[];
}
