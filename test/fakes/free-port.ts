import { createServer } from 'node:net'

const lowest = 20_000
const highest = 32_000

/** A TCP port that is free on the host now, below the range a client draws its own ports from. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => {
        resolve(false)
      })
      probe.listen({ host, port }, () => {
        probe.close(() => {
          resolve(true)
        })
      })
    })
    if (isFree) return port
  }
}
