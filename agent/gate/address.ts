import { WireError } from '../../core/bytes/index.ts'

const form = /^(?:\[(?<v6>[0-9A-Fa-f:.]+)\]|(?<host>[0-9A-Za-z.-]+)):(?<port>[0-9]{1,5})$/

/**
 * host:port, an IPv6 address in brackets.
 * @throws WireError
 */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const { v6, host = v6, port } = form.exec(address)?.groups ?? {}
  if (host === undefined || Number(port) > 65_535) throw new WireError('not host:port', ['address'])
  return { host, port: Number(port) }
}
