import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type UnixEndpoint } from '../../../../agent/sockets/endpoint.ts'

/** A folder that is gone after the tests of this suite. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bootlatch-channel-'))
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

let sockets = 0

/** A path in a folder on which nobody listens. */
export function freeSocket(folder: string): UnixEndpoint {
  sockets += 1
  return { kind: 'unix', path: join(folder, `s${sockets}`) }
}

/** A loopback port below the range from which the system picks client ports, so that no client meets itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 12000)
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => {
      resolve(false)
    })
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
}
