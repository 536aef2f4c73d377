/** A hash, HMAC or event sequence in a transient slot; its chapter knows what is inside. */
export interface SequenceObject {
  readonly kind: 'sequence'
  readonly handle: number
  readonly authValue: Uint8Array
  erase(): void
}
