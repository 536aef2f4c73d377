import { statSync } from 'node:fs'
import { createServer } from 'node:net'

/** The state folder is in use by another agent. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

/**
 * Holds a state folder for this process alone, until `release` or its end: a name in the kernel's abstract socket space,
 * which no crash leaves behind.
 * @throws FolderInUse
 */
export async function holdFolder(path: string): Promise<{ readonly release: () => Promise<void> }> {
  const { dev, ino } = statSync(path)
  const server = createServer((client) => client.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new FolderInUse(`${path} is in use by another agent`) : error)
    })
    server.listen(`\0bootlatch-agent/${dev}/${ino}`, resolve)
  })
  server.unref()
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
      }),
  }
}
