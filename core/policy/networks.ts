import ipaddr from 'ipaddr.js'

/** A range of addresses as the policy wrote it. */
export interface Network {
  readonly text: string
  readonly range: readonly [ipaddr.IPv4 | ipaddr.IPv6, number]
}

/** RFC 4291, 2.5.5.1: not the same as the mapped form, for which ipaddr.js takes it. */
const ipv4Compatible = /^::\d+\./

/**
 * Reads a network (`10.1.0.0/16`, `fd00::/8`).
 * @throws RangeError saying what is wrong with it.
 */
export function parseNetwork(text: string): Network {
  const [address = '', prefix, ...rest] = text.split('/')
  if (prefix === undefined || rest.length > 0 || !/^(?:[1-9][0-9]{0,2}|0)$/.test(prefix))
    throw new RangeError('a network is written address/prefix')

  const base = parseAddress(address)
  const bits = Number(prefix)
  if (base === undefined) throw new RangeError(`${address} is no IPv4 or IPv6 address`)
  if (bits > base.toByteArray().length * 8) throw new RangeError(`the prefix ${prefix} is too long`)
  if (bits === 0) throw new RangeError('every address there is would be in this network')
  if (base.kind() === 'ipv6' && (base as ipaddr.IPv6).isIPv4MappedAddress())
    throw new RangeError('write IPv4 networks as such')
  if (hasHostBits(base.toByteArray(), bits)) throw new RangeError(`${address} has bits beyond the prefix /${prefix}`)
  return { text, range: [base, bits] }
}

/** Addresses that nobody on the Internet asks from: multicast, and what is reserved (RFC 5771, RFC 1112, 4; RFC 4291, 2.4). */
const askedFromNowhere = ['224.0.0.0/3', '::/3', '4000::/2', '8000::/1'].map(parseNetwork)

/**
 * Whether networks together leave out no address of a family that the Internet has: two halves are as little of a place as the
 * whole.
 */
export function isEverywhere(networks: readonly Network[]): boolean {
  return (['ipv4', 'ipv6'] as const).some((kind) => {
    const all = [...networks, ...askedFromNowhere]
    const ranges = all.map(({ range }) => range).filter(([base]) => base.kind() === kind)
    const outermost = ranges.filter(
      ([base, bits], at) =>
        !ranges.some(
          ([other, otherBits], place) =>
            base.match(other, otherBits) && (otherBits < bits || (otherBits === bits && place < at)),
        ),
    )
    return outermost.reduce((share, [, bits]) => share + 2 ** -bits, 0) >= 1
  })
}

/** The network of one address alone, as a policy writes it; undefined if it is none. */
export function hostNetwork(address: string): string | undefined {
  const peer = peerOf(address)
  return peer === undefined ? undefined : `${peer.toString()}/${8 * peer.toByteArray().length}`
}

/** The first of the networks in which the address lies; an address that cannot be read lies in none. */
export function networkOf(address: string, networks: readonly Network[]): Network | undefined {
  const peer = peerOf(address)
  if (peer === undefined) return undefined
  return networks.find(({ range: [base, bits] }) => base.kind() === peer.kind() && peer.match(base, bits))
}

/** Sockets that serve both families show an IPv4 peer as an IPv6 one. */
function peerOf(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const read = parseAddress(address)
  return read instanceof ipaddr.IPv6 && read.isIPv4MappedAddress() ? read.toIPv4Address() : read
}

/** Refuses what ipaddr.js would take as well: octal and short IPv4 forms, zone identifiers, IPv4-compatible addresses. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipv4Compatible.test(text)) return undefined
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  return /^[0-9A-Fa-f:.]+$/.test(text) && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined
}

function hasHostBits(address: readonly number[], prefix: number): boolean {
  return address.some((byte, index) => {
    const networkBits = Math.min(8, Math.max(0, prefix - 8 * index))
    return (byte & (0xff >> networkBits)) !== 0
  })
}
