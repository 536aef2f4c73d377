/** What the operator can make of an error of the system. */
const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied; run as root, or as the user it belongs to',
  EPERM: 'permission denied; run as root, or as the user it belongs to',
  ENOTDIR: 'lies below what is no folder',
  EISDIR: 'is a folder',
  ENOSPC: 'the disk is full; make room, and run the same again',
  EROFS: 'the file system is read-only',
  EADDRINUSE: 'another program listens there; end it, or choose another place',
}

/** An error of the system in words, with what it is about; undefined for any other. */
export function describeSystemError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined
  const {
    code = '',
    path,
    address,
    port,
    message,
  } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  const about =
    path ??
    (address === undefined ? undefined : [address, port].filter((part) => part !== undefined && part !== -1).join(':'))
  const meaning = meanings[code]
  return about === undefined || meaning === undefined ? message : `${about}: ${meaning} (${code})`
}
