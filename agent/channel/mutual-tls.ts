import { ServerCredentials } from '@grpc/grpc-js'

/** PEM texts of one side of a mutually authenticated connection. */
export interface MutualTlsPem {
  readonly certificate: string
  readonly key: string
  /** Who may have issued the client's certificate. */
  readonly clientCa: string
}

/** A TLS handshake that takes longer is given up. */
const handshakeTimeoutMs = 5000

/** TLS 1.3 with a client certificate, which createSsl of grpc-js cannot say. */
export class MutualTls extends ServerCredentials {
  constructor({ certificate, key, clientCa }: MutualTlsPem) {
    super(
      { requestCert: true, rejectUnauthorized: true, handshakeTimeout: handshakeTimeoutMs },
      { cert: certificate, key, ca: clientCa, minVersion: 'TLSv1.3' },
    )
  }

  _equals(other: ServerCredentials): boolean {
    return this === other
  }
}
