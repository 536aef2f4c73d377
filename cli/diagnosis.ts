import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { Failure } from './failure.ts'
import type { Operator } from './operator.ts'

type Words = readonly [
  code: 'server/unreachable' | 'server/untrusted' | 'server/refused-operator',
  what: string,
  ...advice: string[],
]

const isItRunning = 'Is bootlatch-server running there, and does a firewall let this machine in?'
const clocks = 'Compare the clocks of both machines.'

const stranger: Words = [
  'server/untrusted',
  'what listens there holds no certificate under the anchor of the operator bundle',
  'If the server was installed anew, copy its new operator.json. If not, somebody stands between: tell your security team.',
]

/** Codes of sockets, of OpenSSL's verification and of TLS alerts, as a person needs them. */
const meanings: Readonly<Record<string, Words>> = {
  ECONNREFUSED: ['server/unreachable', 'nothing listens there', isItRunning],
  ECONNRESET: ['server/unreachable', 'the connection was cut before an answer', isItRunning],
  ETIMEDOUT: ['server/unreachable', 'no answer', isItRunning],
  EHOSTUNREACH: ['server/unreachable', 'there is no way to this host', isItRunning],
  ENETUNREACH: ['server/unreachable', 'there is no way to this network', isItRunning],
  ENOTFOUND: [
    'server/unreachable',
    'the host name is unknown',
    'Check the address in the bundle, and the name service.',
  ],
  EAI_AGAIN: ['server/unreachable', 'the name service does not answer', 'Check the name service of this machine.'],
  CERT_HAS_EXPIRED: ['server/untrusted', 'the certificate of the server has expired', clocks],
  CERT_NOT_YET_VALID: ['server/untrusted', 'the certificate of the server is not valid yet', clocks],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'server/untrusted',
    'its certificate is for another name',
    'Put a name or address that the certificate holds into the bundle.',
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: ['server/untrusted', 'what listens there does not speak TLS'],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ['server/untrusted', 'what listens there does not speak TLS 1.3'],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: [
    'server/refused-operator',
    'the server says that the operator certificate has expired',
    clocks,
  ],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: ['server/refused-operator', 'the operator certificate is revoked'],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: [
    'server/refused-operator',
    'this server did not issue the operator certificate',
    'Is the bundle from this server, and not from an earlier installation?',
  ],
  // Node’s servers end the connection instead of sending an alert.
  'certificate-refused': [
    'server/refused-operator',
    'it ended the connection on seeing the operator certificate',
    'Is the bundle from this server, and not from an earlier installation?',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: stranger,
  DEPTH_ZERO_SELF_SIGNED_CERT: stranger,
  UNABLE_TO_GET_ISSUER_CERT: stranger,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: stranger,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: stranger,
  CERT_SIGNATURE_FAILURE: stranger,
  INVALID_PURPOSE: stranger,
}

const patienceMs = 5000

/** Splits `host:port`; an IPv6 address stands in brackets. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const at = address.lastIndexOf(':')
  return { host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(at + 1)) }
}

/**
 * Connects once more without gRPC, which keeps the cause of a failed connection in prose only.
 * A client certificate is refused after the handshake (RFC 8446, 4.4.2.4), so success is the first byte of HTTP/2.
 */
function causeOfFailure(operator: Operator): Promise<string | undefined> {
  const { host, port } = hostAndPort(operator.address)
  return new Promise((resolve) => {
    const name = isIP(host) === 0 ? { servername: host } : {}
    const socket = connect({ host, port, ...name, secureContext: operator.secureContext(), ALPNProtocols: ['h2'] })
    const finish = (code: string | undefined) => {
      socket.destroy()
      resolve(code)
    }
    socket.setTimeout(patienceMs, () => {
      finish('ETIMEDOUT')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      finish(error.code ?? error.message)
    })
    let shakenHands = false
    socket.once('secureConnect', () => {
      shakenHands = true
    })
    socket.once('end', () => {
      finish(shakenHands ? 'certificate-refused' : 'ECONNRESET')
    })
    socket.once('data', () => {
      finish(undefined)
    })
  })
}

/** Says why no connection to the server came about. */
export async function diagnose(operator: Operator, cause: Error): Promise<Failure> {
  const code = await causeOfFailure(operator)
  const where = `cannot talk to the server at ${operator.address}`
  if (code === undefined) {
    return new Failure('server/unreachable', `${where}: the connection broke, but now it answers`, {
      cause,
      advice: ['Try again; bootlatch server status says how the server is.'],
    })
  }
  const [failure, what, ...advice] = meanings[code] ?? ['server/unreachable', code, isItRunning]
  return new Failure(failure, `${where}: ${what}`, {
    cause,
    advice,
    exit: failure === 'server/refused-operator' ? 'refused' : 'error',
  })
}
