const maxPlaces = 3

/**
 * Why a TPM went into failure mode, in one line: what the system refused, else the kind of the error and where it came up.
 * Messages of other errors stay out, since they may quote what the TPM was working on.
 */
export function failureLine(error: unknown): string {
  if (!(error instanceof Error)) return 'failure mode'
  if ('syscall' in error) return `failure mode: ${error.message}`
  const places = (error.stack ?? '').split('\n').flatMap((line) => /^ +at (.*)$/.exec(line)?.[1] ?? [])
  return `failure mode: ${error.name}${places
    .slice(0, maxPlaces)
    .map((place) => ` at ${place}`)
    .join('')}`
}
