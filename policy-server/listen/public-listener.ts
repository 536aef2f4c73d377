import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server as HttpsServer } from 'node:https'
import { Socket } from 'node:net'
import type { ServerIdentity } from '../ca/index.ts'
import type { Endpoint } from '../config/index.ts'
import type { ConnectionGate } from './connection-gate.ts'
import { admit, boundTo } from './sockets.ts'
import { contextOptions, handshakeTimeoutMs } from './tls-credentials.ts'

/** A document that anybody may read. */
export interface PublicDocument {
  readonly contentType: string
  /** JSON. */
  readonly read: () => Promise<object>
}

/** What a listener for the public is made of. */
export interface PublicParts {
  readonly endpoints: readonly Endpoint[]
  readonly identity: ServerIdentity
  readonly gate: ConnectionGate
  /** By path. */
  readonly documents: Readonly<Record<string, PublicDocument>>
  /** How long whoever reads a document may keep it. */
  readonly maxAgeSeconds: number
  /** Is told what could not be read. */
  readonly failed: (path: string, error: unknown) => void
}

/** A running HTTPS server. */
export interface PublicListener {
  readonly endpoints: readonly Endpoint[]
  replaceIdentity(identity: ServerIdentity): void
  close(): Promise<void>
}

const limits = {
  /** Of a request's head; a request for a document has no body. */
  headBytes: 8192,
  requestMs: 5000,
  idleMs: 10_000,
  requestsPerConnection: 100,
} as const

/**
 * Serves documents over HTTPS to whoever asks: GET and HEAD, nothing else, and nothing is read but the path.
 * @throws Error with the system's code where an endpoint cannot be bound; nothing is left listening then.
 */
export async function listenPublicly(parts: PublicParts): Promise<PublicListener> {
  const servers: HttpsServer[] = []
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(shutDown))
  }
  try {
    for (const endpoint of parts.endpoints) servers.push(await serve(endpoint, parts))
  } catch (error) {
    await close()
    throw error
  }
  return {
    endpoints: servers.map(boundTo),
    replaceIdentity: (identity) => {
      for (const server of servers) server.setSecureContext(contextOptions(identity, undefined))
    },
    close,
  }
}

function serve({ host, port }: Endpoint, parts: PublicParts): Promise<HttpsServer> {
  const options = {
    ...contextOptions(parts.identity, undefined),
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: handshakeTimeoutMs,
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.requestMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
  }
  const server = createServer(options, (request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      parts.failed(request.url ?? '', error)
      response.writeHead(503).end()
    })
  })
  server.maxRequestsPerSocket = limits.requestsPerConnection
  server.on('connection', (socket) => {
    if (socket instanceof Socket) admit(socket, parts.gate)
    else socket.destroy()
  })
  // Whoever breaks off his handshake has ended his own connection, nothing else.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

function shutDown(server: HttpsServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}

async function answer(
  { documents, maxAgeSeconds }: PublicParts,
  { method, url = '', headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = url.replace(/\?.*$/s, '')
  const document = Object.hasOwn(documents, path) ? documents[path] : undefined
  if (document === undefined) return void response.writeHead(404).end()
  if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end()

  const body = Buffer.from(JSON.stringify(await document.read()))
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
  const kept = {
    etag,
    'cache-control': `public, max-age=${maxAgeSeconds}`,
    'x-content-type-options': 'nosniff',
    // What anybody may read, a page of anybody may read.
    'access-control-allow-origin': '*',
  }
  if (headers['if-none-match']?.includes(etag)) return void response.writeHead(304, kept).end()
  response.writeHead(200, { ...kept, 'content-type': document.contentType, 'content-length': body.length })
  response.end(method === 'HEAD' ? undefined : body)
}
