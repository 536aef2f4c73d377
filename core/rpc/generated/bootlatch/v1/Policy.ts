// Original file: proto/bootlatch/v1/admin.proto

import type { PolicySignature as _bootlatch_v1_PolicySignature, PolicySignature__Output as _bootlatch_v1_PolicySignature__Output } from '../../bootlatch/v1/PolicySignature.ts';
import type { Long } from '@grpc/proto-loader';

export interface Policy {
  'name'?: (string);
  'version'?: (number);
  /**
   * Empty in lists of versions and proposals.
   */
  'document'?: (string);
  'appliedUnixMs'?: (number | string | Long);
  'appliedBy'?: (string);
  'warnings'?: (string)[];
  /**
   * BootPolicy, ReferenceValues, Group, Announcement or Signers.
   */
  'kind'?: (string);
  /**
   * Why it was applied; may be empty.
   */
  'reason'?: (string);
  /**
   * Of the document.
   */
  'sha256'?: (Buffer | Uint8Array | string);
  /**
   * File name, as whoever applied it gave it.
   */
  'source'?: (string);
  'signatures'?: (_bootlatch_v1_PolicySignature)[];
  /**
   * JWS in General JSON Serialization that holds these signatures; empty where there are none.
   */
  'jws'?: (string);
  /**
   * Who put it forward for signing, where it was signed or waits.
   */
  'proposedBy'?: (string);
  'proposedUnixMs'?: (number | string | Long);
  /**
   * Under which number it waits for signatures; 0 where it is in force, or was.
   */
  'proposal'?: (number | string | Long);
  /**
   * How many engineers have to sign it, where it waits.
   */
  'signaturesRequired'?: (number);
}

export interface Policy__Output {
  'name': (string);
  'version': (number);
  /**
   * Empty in lists of versions and proposals.
   */
  'document': (string);
  'appliedUnixMs': (string);
  'appliedBy': (string);
  'warnings': (string)[];
  /**
   * BootPolicy, ReferenceValues, Group, Announcement or Signers.
   */
  'kind': (string);
  /**
   * Why it was applied; may be empty.
   */
  'reason': (string);
  /**
   * Of the document.
   */
  'sha256': (Buffer);
  /**
   * File name, as whoever applied it gave it.
   */
  'source': (string);
  'signatures': (_bootlatch_v1_PolicySignature__Output)[];
  /**
   * JWS in General JSON Serialization that holds these signatures; empty where there are none.
   */
  'jws': (string);
  /**
   * Who put it forward for signing, where it was signed or waits.
   */
  'proposedBy': (string);
  'proposedUnixMs': (string);
  /**
   * Under which number it waits for signatures; 0 where it is in force, or was.
   */
  'proposal': (string);
  /**
   * How many engineers have to sign it, where it waits.
   */
  'signaturesRequired': (number);
}
