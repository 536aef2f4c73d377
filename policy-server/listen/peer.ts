import type { PeerCertificate } from 'node:tls'
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js'
import { CertificateError, type PeerIdentity } from '../../core/pki/index.ts'
import type { CertificateAuthority } from '../ca/index.ts'
import { peerAddress } from './peer-address.ts'

/** The other end of a call on the main listener. */
export interface Peer {
  readonly identity: PeerIdentity
  /** IP address alone; IPv4 in dotted form also where it came mapped into IPv6. */
  readonly address: string
}

/** What is needed of a gRPC call to tell who makes it. */
export type PeerCall = Pick<
  ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>,
  'getAuthContext' | 'getPeer'
>

/**
 * The one place where a connection's certificate becomes a name.
 * @throws CertificateError if there is no certificate, or none of our profiles.
 */
export function identifyPeer(ca: Pick<CertificateAuthority, 'peerIdentity'>, call: PeerCall): Peer {
  // Node types it as always full; it is an empty object where the handshake brought no certificate.
  const certificate: Partial<PeerCertificate> | undefined = call.getAuthContext().sslPeerCertificate
  const raw = certificate?.raw
  if (raw === undefined) throw new CertificateError('pki/no-certificate')
  return { identity: ca.peerIdentity(Uint8Array.from(raw)), address: peerAddress(call.getPeer()) }
}
