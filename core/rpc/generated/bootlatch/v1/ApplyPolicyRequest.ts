// Original file: proto/bootlatch/v1/admin.proto

import type { DocumentVersion as _bootlatch_v1_DocumentVersion, DocumentVersion__Output as _bootlatch_v1_DocumentVersion__Output } from '../../bootlatch/v1/DocumentVersion.ts';

export interface ApplyPolicyRequest {
  /**
   * YAML, as the engineer wrote it.
   */
  'document'?: (string);
  /**
   * File name for error messages.
   */
  'source'?: (string);
  /**
   * Why, for the record.
   */
  'reason'?: (string);
  /**
   * The newest version that whoever applies has seen: refused where there is a newer one. 0 for any.
   */
  'expectedVersion'?: (number);
  /**
   * JWS in General JSON Serialization over the change; empty for none.
   */
  'signatures'?: (string);
  /**
   * Versions of other documents that whoever applies has seen: refused where one is newer by now.
   */
  'expected'?: (_bootlatch_v1_DocumentVersion)[];
  /**
   * What a preview of the document was computed on, as `PreviewPolicyEvent.previewed` gave it: refused where anything of that is
   * another by now. Empty where nobody previewed it.
   */
  'previewed'?: (string);
}

export interface ApplyPolicyRequest__Output {
  /**
   * YAML, as the engineer wrote it.
   */
  'document': (string);
  /**
   * File name for error messages.
   */
  'source': (string);
  /**
   * Why, for the record.
   */
  'reason': (string);
  /**
   * The newest version that whoever applies has seen: refused where there is a newer one. 0 for any.
   */
  'expectedVersion': (number);
  /**
   * JWS in General JSON Serialization over the change; empty for none.
   */
  'signatures': (string);
  /**
   * Versions of other documents that whoever applies has seen: refused where one is newer by now.
   */
  'expected': (_bootlatch_v1_DocumentVersion__Output)[];
  /**
   * What a preview of the document was computed on, as `PreviewPolicyEvent.previewed` gave it: refused where anything of that is
   * another by now. Empty where nobody previewed it.
   */
  'previewed': (string);
}
