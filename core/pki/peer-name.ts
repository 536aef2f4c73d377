import { fromHex, toHex } from '../bytes/index.ts'

/** Whom a client certificate of ours names. */
export type PeerName =
  { readonly kind: 'machine'; readonly id: Uint8Array } | { readonly kind: 'operator'; readonly name: string }

const machineIdSize = 16
const machinePattern = /^bootlatch:machine:([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/
const operatorPattern = /^bootlatch:operator:([a-z0-9][a-z0-9._-]{0,62})$/

/** The URI that stands for a peer in the subject alternative name of its certificate. */
export function encodePeerUri(peer: PeerName): string {
  const uri = peer.kind === 'machine' ? `bootlatch:machine:${machineText(peer.id)}` : `bootlatch:operator:${peer.name}`
  if (decodePeerUri(uri) === undefined) throw new TypeError('no name for a certificate')
  return uri
}

/** The peer that a URI names, or undefined where it names none. */
export function decodePeerUri(uri: string): PeerName | undefined {
  const machine = machinePattern.exec(uri)
  if (machine !== null) return { kind: 'machine', id: fromHex(machine.slice(1).join('')) }
  const operator = operatorPattern.exec(uri)?.[1]
  return operator === undefined ? undefined : { kind: 'operator', name: operator }
}

/** RFC 9562, 4: five groups of lower-case digits. */
function machineText(id: Uint8Array): string {
  if (id.length !== machineIdSize) throw new TypeError('a machine id has 16 bytes')
  return toHex(id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
