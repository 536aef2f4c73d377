/** Bytes from outside that do not have the form they must have; `path` names the field, outermost first. */
export class WireError extends Error {
  override readonly name: string = 'WireError'
  readonly reason: string
  readonly path: readonly (string | number)[]
  constructor(reason: string, path: readonly (string | number)[] = [], options?: ErrorOptions) {
    super(path.length > 0 ? `${path.join('.')}: ${reason}` : reason, options)
    this.reason = reason
    this.path = path
  }
}
