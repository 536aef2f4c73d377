import type { AddressInfo, Server, Socket } from 'node:net'
import type { Endpoint } from '../config/index.ts'
import type { ConnectionGate } from './connection-gate.ts'

/** Whether the connection may go on; a refused one costs nothing but the handshake of TCP. */
export function admit(socket: Socket, gate: ConnectionGate): boolean {
  const leave = socket.remoteAddress === undefined ? undefined : gate.admit(socket.remoteAddress)
  if (leave === undefined) socket.destroy()
  else socket.once('close', leave)
  return leave !== undefined
}

/** Where a server listens, its port as bound. */
export function boundTo(server: Server): Endpoint {
  const { address, port } = server.address() as AddressInfo
  return { host: address, port }
}
