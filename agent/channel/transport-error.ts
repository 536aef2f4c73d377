/** A TPM could not be reached, or stopped answering in the middle. What it would have answered is not known. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
}
