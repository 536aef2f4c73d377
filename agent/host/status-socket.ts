import { once } from 'node:events'
import { connect } from 'node:net'
import { TransportError } from '../channel/index.ts'
import { listen, type Listener } from '../sockets/index.ts'
import { hostStatus, type HostStatus } from './status.ts'

const maxStatusBytes = 16 << 20

/** Tells everyone who connects to a unix socket, open to the owner alone, how the host is: one line of JSON. */
export function serveStatus(path: string, status: () => HostStatus): Promise<Listener> {
  return listen({ kind: 'unix', path }, (socket) => {
    // Unread words of a client would hide its end, and its connection stay for ever
    socket.resume().end(`${JSON.stringify(status())}\n`)
  })
}

/**
 * Asks a running host.
 * @throws TransportError if none answers there, or something that is no host.
 */
export async function askStatus(path: string): Promise<HostStatus> {
  const socket = connect({ path })
  try {
    await once(socket, 'connect')
    let text = ''
    for await (const chunk of socket.setEncoding('utf8')) {
      text += String(chunk)
      if (text.length > maxStatusBytes) break
    }
    return hostStatus.parse(JSON.parse(text))
  } catch (cause) {
    throw new TransportError(`${path}: no host answers there`, { cause })
  } finally {
    socket.destroy()
  }
}
