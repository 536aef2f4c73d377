/** A file that a boot description names is not what the description takes it for. */
export class BootFileError extends Error {
  override readonly name = 'BootFileError'
  readonly path: string
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options)
    this.path = path
  }
}
