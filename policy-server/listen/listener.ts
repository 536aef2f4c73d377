import { createServer, type Server as TcpServer, type Socket } from 'node:net'
import {
  Server,
  type ServerInterceptor,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import type { ServerIdentity } from '../ca/index.ts'
import type { Endpoint } from '../config/index.ts'
import type { ConnectionGate } from './connection-gate.ts'
import { healthHandlers, healthService } from './health.ts'
import { admit, boundTo } from './sockets.ts'
import { TlsCredentials, type ClientAuthority } from './tls-credentials.ts'

/** One service with what implements it. */
export interface Service {
  readonly definition: ServiceDefinition
  readonly handlers: UntypedServiceImplementation
}

/** What a listener is made of. */
export interface ListenerParts {
  readonly endpoints: readonly Endpoint[]
  readonly identity: ServerIdentity
  readonly clients: ClientAuthority
  readonly gate: ConnectionGate
  readonly services: readonly Service[]
  readonly interceptors: readonly ServerInterceptor[]
  readonly limits: StreamLimits
}

/** Bounds of what one connection may ask for. */
export interface StreamLimits {
  readonly messageBytes: number
  readonly streams: number
  /** What one connection may make the server buffer; grpc-js by itself sets no bound. */
  readonly memoryMegabytes: number
  /** A connection that carried no call for so long is closed. */
  readonly idleMs: number
  /** A connection is closed at this age, however busy. */
  readonly ageMs?: number
}

/** A client that has gone without a word (a VM that lost power) must not hold its stream for ever. */
const keepaliveMs = 30_000
const keepaliveTimeoutMs = 10_000
const ageGraceMs = 10_000

/** A running gRPC server behind its own TCP sockets. */
export interface Listener {
  /** Where it listens, ports as bound. */
  readonly endpoints: readonly Endpoint[]
  replaceIdentity(identity: ServerIdentity): void
  /** Takes nothing new, lets running calls end within the time, then ends them. */
  close(graceMs: number): Promise<void>
}

/**
 * Starts a listener on all its endpoints.
 * @throws Error with the system's code where one cannot be bound; nothing is left listening then.
 */
export async function listen(parts: ListenerParts): Promise<Listener> {
  const server = new Server({
    'grpc.max_receive_message_length': parts.limits.messageBytes,
    'grpc.max_send_message_length': parts.limits.messageBytes,
    'grpc.max_concurrent_streams': parts.limits.streams,
    'grpc-node.max_session_memory': parts.limits.memoryMegabytes,
    'grpc.max_connection_idle_ms': parts.limits.idleMs,
    'grpc.keepalive_time_ms': keepaliveMs,
    'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
    'grpc.enable_channelz': 0,
    ...(parts.limits.ageMs === undefined
      ? {}
      : { 'grpc.max_connection_age_ms': parts.limits.ageMs, 'grpc.max_connection_age_grace_ms': ageGraceMs }),
    interceptors: [...parts.interceptors],
  })
  server.addService(healthService, healthHandlers)
  for (const { definition, handlers } of parts.services) server.addService(definition, handlers)

  const credentials = new TlsCredentials(parts.identity, parts.clients)
  const injector = server.createConnectionInjector(credentials)
  const open = new Set<Socket>()
  const accept = (socket: Socket): void => {
    if (!admit(socket, parts.gate)) return
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    injector.injectConnection(socket)
  }
  const sockets: TcpServer[] = []
  const unbind = (): void => {
    for (const socket of sockets) socket.close()
  }
  try {
    for (const endpoint of parts.endpoints) sockets.push(await bind(endpoint, accept))
  } catch (error) {
    unbind()
    injector.destroy()
    throw error
  }
  return {
    endpoints: sockets.map(boundTo),
    replaceIdentity: (identity) => {
      credentials.replaceIdentity(identity)
    },
    close: async (graceMs) => {
      unbind()
      await shutDown(server, open, graceMs)
      injector.destroy()
    },
  }
}

function bind({ host, port }: Endpoint, accept: (socket: Socket) => void): Promise<TcpServer> {
  const server = createServer({ noDelay: true }, accept)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

/** `forceShutdown` of grpc-js knows of no session while channelz is off: whoever is left is cut off at his socket. */
function shutDown(server: Server, open: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => {
      for (const socket of open) socket.destroy()
    }, graceMs)
    server.tryShutdown(() => {
      clearTimeout(impatience)
      // Those in the middle of their handshake have no session that could end.
      for (const socket of open) socket.destroy()
      resolve()
    })
  })
}
