/** Where in the configuration the mistake stands. */
export interface ConfigPlace {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** A configuration the server does not start with: one line that says which file, where, and what is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly place: ConfigPlace
  constructor(place: ConfigPlace, reason: string, options?: ErrorOptions) {
    const at = place.line === undefined ? '' : `:${place.line}:${place.column ?? 1}`
    super(`${place.file}${at}: ${reason}`, options)
    this.place = place
  }
}
