/** The TPM is not the one that was expected, or cannot do what only the agent's own can. */
export class ForeignTpmError extends Error {
  override readonly name = 'ForeignTpmError'
}
