import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'

/** Another process works on this folder. */
export class StateInUseError extends Error {
  override readonly name = 'StateInUseError'
}

/**
 * Keeps every other process from working on a folder, for as long as this one lives or until the lock is released.
 * The lock is an abstract unix socket named after the folder's inode: the kernel takes it away with the process,
 * whatever ends it, so that no stale lock needs a judge.
 * @throws StateInUseError
 */
export async function lockState(folder: string): Promise<{ release(): Promise<void> }> {
  const { dev, ino } = await stat(folder, { bigint: true })
  const server = createServer((socket) => socket.destroy())
  server.listen({ path: `\0bootlatch-state-${dev}-${ino}` })
  try {
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new StateInUseError(`${folder}: in use by another process`, { cause: error })
  }
  server.unref()
  return {
    async release() {
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
