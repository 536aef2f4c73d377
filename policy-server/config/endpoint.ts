import { isIP } from 'node:net'

/** A host (address or name) and a TCP port. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

const highestPort = 65_535
const hostName =
  /^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/

/** Reads `host:port`, an IPv6 address in brackets; undefined where it is none. */
export function readEndpoint(text: string): Endpoint | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*)):([0-9]{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (digits === undefined || port < 1 || port > highestPort) return undefined
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port } : undefined
  return plain !== undefined && (isIP(plain) === 4 || isHostName(plain)) ? { host: plain, port } : undefined
}

/** RFC 1123, 2.1; a name of digits alone would be read as an address. */
export const isHostName = (text: string): boolean => hostName.test(text) && !/^[0-9.]+$/.test(text)

/** The form `readEndpoint` reads. */
export const writeEndpoint = ({ host, port }: Endpoint): string =>
  isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`

/** Whether it stands for every address of the machine, so that no client can be told it. */
export const isWildcard = ({ host }: Endpoint): boolean => host === '0.0.0.0' || host === '::'
