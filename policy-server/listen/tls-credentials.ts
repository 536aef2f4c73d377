import { constants } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import { ServerCredentials } from '@grpc/grpc-js'
import { parseCertificate } from '../../core/pki/index.ts'
import type { ServerIdentity } from '../ca/index.ts'

/** Whoever has not finished his handshake by then holds a connection that others need. */
export const handshakeTimeoutMs = 5000
/** The same for a client that does not speak HTTP/2 once the handshake is done. */
const unknownProtocolTimeoutMs = 500

/** Whose client certificates are demanded (DER); undefined where clients show none. */
export type ClientAuthority = Uint8Array | undefined

/** `createSsl` has no way to demand TLS 1.3, to bound a handshake or to change a certificate while running; this has. */
export class TlsCredentials extends ServerCredentials {
  readonly #clients: ClientAuthority

  constructor(identity: ServerIdentity, clients: ClientAuthority) {
    const required = clients !== undefined
    super(
      {
        requestCert: required,
        rejectUnauthorized: required,
        handshakeTimeout: handshakeTimeoutMs,
        unknownProtocolTimeout: unknownProtocolTimeoutMs,
      },
      contextOptions(identity, clients),
    )
    this.#clients = clients
  }

  /** New handshakes show this identity; connections that stand are left alone. */
  replaceIdentity(identity: ServerIdentity): void {
    this.updateSecureContextOptions(contextOptions(identity, this.#clients))
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other
  }
}

/** Replaced as a whole at each change, so everything that a handshake must keep to stands here. */
export function contextOptions({ chain, key }: ServerIdentity, clients: ClientAuthority): SecureContextOptions {
  return {
    cert: chain.map((certificate) => certificate.toString()).join(''),
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    minVersion: 'TLSv1.3',
    // A resumed session would carry a client certificate that nobody has looked at again.
    secureOptions: constants.SSL_OP_NO_TICKET,
    ...(clients === undefined ? {} : { ca: parseCertificate(clients).toString() }),
  }
}
