// Original file: proto/bootlatch/v1/admin.proto

import type { LuksVolume as _bootlatch_v1_LuksVolume, LuksVolume__Output as _bootlatch_v1_LuksVolume__Output } from '../../bootlatch/v1/LuksVolume.ts';
import type { Long } from '@grpc/proto-loader';

export interface VolumeKey {
  'id'?: (Buffer | Uint8Array | string);
  'machineId'?: (Buffer | Uint8Array | string);
  'machineName'?: (string);
  'group'?: (string);
  'luks'?: (_bootlatch_v1_LuksVolume | null);
  'version'?: (number);
  'createdUnixMs'?: (number | string | Long);
  'origin'?: (string);
  'lastReleasedUnixMs'?: (number | string | Long);
  'lastReleasedDecision'?: (number | string | Long);
}

export interface VolumeKey__Output {
  'id': (Buffer);
  'machineId': (Buffer);
  'machineName': (string);
  'group': (string);
  'luks': (_bootlatch_v1_LuksVolume__Output | null);
  'version': (number);
  'createdUnixMs': (string);
  'origin': (string);
  'lastReleasedUnixMs': (string);
  'lastReleasedDecision': (string);
}
