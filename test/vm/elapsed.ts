/** Resolves after this time; stays open when aborted, and keeps no process alive then. */
export function elapsed(ms: number, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(undefined)
    }, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
    })
  })
}
