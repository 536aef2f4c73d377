/** What a sequence is made of, from which it can go on. */
export interface SavedSequence {
  readonly type: 'hash' | 'hmac' | 'event' | 'cmac'
  readonly authValue: Uint8Array
  /** Whether a restricted key may sign its digest; unknown before the first data. */
  readonly safety: 'unknown' | 'unsafe' | 'safe'
  /** What computes it: hashes, or one block cipher. */
  readonly parts: readonly { readonly algorithm: number; readonly state: Uint8Array }[]
}

/** A hash, MAC or event sequence in a transient slot; its chapter knows what is inside. */
export interface SequenceObject {
  readonly kind: 'sequence'
  readonly handle: number
  readonly authValue: Uint8Array
  save(): SavedSequence
  erase(): void
}
