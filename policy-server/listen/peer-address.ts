import ipaddr from 'ipaddr.js'

/**
 * IP address of what `getPeer` of a call answers (address and port): what network rules are judged on.
 * @throws Error if it is no IP address.
 */
export function peerAddress(peer: string): string {
  const host = peer.slice(0, peer.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')
  return ipaddr.process(host).toString()
}
