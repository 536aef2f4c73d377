/** Something in a well-formed document that cannot be meant; `path` is where it stands. */
export class PolicyFault extends Error {
  override readonly name = 'PolicyFault'
  readonly path: readonly (string | number)[]
  constructor(path: readonly (string | number)[], reason: string) {
    super(reason)
    this.path = path
  }
}
