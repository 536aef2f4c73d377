import { isIP } from 'node:net'

/** Where a socket listens or is reached. */
export type Endpoint = TcpEndpoint | UnixEndpoint

export interface TcpEndpoint {
  readonly kind: 'tcp'
  readonly host: string
  readonly port: number
}

export interface UnixEndpoint {
  readonly kind: 'unix'
  readonly path: string
}

/** The text of an endpoint says no place. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError'
}

/** sun_path of Linux less its final NUL; the kernel would cut a longer one short without a word. */
const maxUnixPathBytes = 107
const maxPort = 65535

/**
 * Reads `tcp:HOST:PORT` (an IPv6 address in brackets) or `unix:PATH`.
 * @throws EndpointError
 */
export function parseEndpoint(text: string): Endpoint {
  const unix = /^unix:(.+)$/.exec(text)?.[1]
  if (unix !== undefined) return unixEndpoint(unix)
  const [, bracketed, plain, port] = /^tcp:(?:\[([^\]]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || port === undefined) throw new EndpointError(`${text}: neither tcp:HOST:PORT nor unix:PATH`)
  if (bracketed !== undefined && isIP(bracketed) !== 6) throw new EndpointError(`${text}: no IPv6 address in brackets`)
  if (Number(port) > maxPort) throw new EndpointError(`${text}: no port`)
  return { kind: 'tcp', host, port: Number(port) }
}

/** The text that parseEndpoint reads back. */
export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return `unix:${endpoint.path}`
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  return `tcp:${host}:${endpoint.port}`
}

/** Whether only this machine can reach it. */
export function isLocal(endpoint: Endpoint): boolean {
  return endpoint.kind === 'unix' || endpoint.host === '::1' || isIPv4Loopback(endpoint.host)
}

function isIPv4Loopback(host: string): boolean {
  return isIP(host) === 4 && host.startsWith('127.')
}

function unixEndpoint(path: string): UnixEndpoint {
  if (path.includes('\0')) throw new EndpointError('a socket path has no NUL')
  if (new TextEncoder().encode(path).length > maxUnixPathBytes)
    throw new EndpointError(`unix:${path}: longer than ${maxUnixPathBytes} bytes`)
  return { kind: 'unix', path }
}
