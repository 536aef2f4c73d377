/** A configuration that the host does not take: one line that says which file, where, and what is wrong. */
export class HostConfigError extends Error {
  override readonly name = 'HostConfigError'
}
