// Original file: proto/bootlatch/v1/admin.proto


export interface PreviewCounts {
  'machines'?: (number);
  'boots'?: (number);
  'stillBoot'?: (number);
  'wouldStop'?: (number);
  'wouldWait'?: (number);
  'wouldNewlyBoot'?: (number);
  'stillStop'?: (number);
  /**
   * Machines without a verified boot on record.
   */
  'withoutEvidence'?: (number);
}

export interface PreviewCounts__Output {
  'machines': (number);
  'boots': (number);
  'stillBoot': (number);
  'wouldStop': (number);
  'wouldWait': (number);
  'wouldNewlyBoot': (number);
  'stillStop': (number);
  /**
   * Machines without a verified boot on record.
   */
  'withoutEvidence': (number);
}
