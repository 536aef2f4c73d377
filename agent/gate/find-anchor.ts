import { createHash } from 'node:crypto'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { equalInConstantTime } from '../../core/bytes/index.ts'
import { splitAddress } from './address.ts'
import { GateError } from './gate-error.ts'

const probeTimeoutMs = 10_000
const maxChain = 8

/**
 * Looks, over a connection on which nothing is sent, for the certificate with that SHA-256 in the chain that the server
 * shows. What is found is trusted because the join token names it; the connection is not used further.
 * @throws GateError `wrong-server`, `unreachable`.
 */
export async function findAnchor(address: string, anchorSha256: Uint8Array): Promise<Uint8Array> {
  for (const certificate of await shownChain(address)) {
    const digest = createHash('sha256').update(certificate).digest()
    if (equalInConstantTime(digest, anchorSha256)) return certificate
  }
  throw new GateError('wrong-server', `${address} is not the server that the join token names`)
}

function shownChain(address: string): Promise<readonly Uint8Array[]> {
  const { host, port } = splitAddress(address)
  return new Promise((resolve, reject) => {
    const options = { host, port, minVersion: 'TLSv1.3', rejectUnauthorized: false, ALPNProtocols: ['h2'] } as const
    const socket = connect(options, () => {
      resolve(chainFrom(socket.getPeerCertificate(true)))
      socket.destroy()
    })
    socket.setTimeout(probeTimeoutMs, () => {
      socket.destroy(new Error('no answer'))
    })
    socket.once('error', (cause: Error) => {
      reject(new GateError('unreachable', `${address}: ${cause.message}`, { cause }))
    })
  })
}

function issuerOf(certificate: DetailedPeerCertificate): DetailedPeerCertificate | undefined {
  return certificate.issuerCertificate
}

function chainFrom(leaf: DetailedPeerCertificate): readonly Uint8Array[] {
  const chain: Uint8Array[] = []
  // A root names itself as its issuer; a chain that is not whole ends in none.
  let at: DetailedPeerCertificate | undefined = leaf
  for (let last: unknown; at !== undefined && at !== last && chain.length < maxChain;) {
    chain.push(Uint8Array.from(at.raw))
    last = at
    at = issuerOf(at)
  }
  return chain
}
