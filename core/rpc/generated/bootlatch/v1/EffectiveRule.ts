// Original file: proto/bootlatch/v1/admin.proto


export interface EffectiveRule {
  /**
   * The document that states it.
   */
  'kind'?: (string);
  'name'?: (string);
  /**
   * As the document names it.
   */
  'rule'?: (string);
  /**
   * What satisfies it.
   */
  'wanted'?: (string);
}

export interface EffectiveRule__Output {
  /**
   * The document that states it.
   */
  'kind': (string);
  'name': (string);
  /**
   * As the document names it.
   */
  'rule': (string);
  /**
   * What satisfies it.
   */
  'wanted': (string);
}
