import { isIP } from 'node:net'
import { checkServerIdentity, createSecureContext, type SecureContextOptions } from 'node:tls'
import { credentials, type CallOptions, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js'
import { BootClient, JoinClient } from '../../core/rpc/index.ts'
import { GrpcBootGate } from './boot-gate.ts'
import { splitAddress } from './address.ts'
import { findAnchor } from './find-anchor.ts'
import type { BootGate, GateClient, JoinGate, MachineCredentials } from './gate.ts'
import { GrpcJoinGate } from './join-gate.ts'
import { certificatePem } from './pem.ts'

const callTimeoutMs = 20_000

const channelOptions: ChannelOptions = {
  // The server is named by the join token: no proxy of the environment comes between.
  'grpc.enable_http_proxy': 0,
  'grpc.max_receive_message_length': 1 << 20,
  // A held request may wait long behind a firewall that forgets silent connections.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
}

const callOptions = (): CallOptions => ({ deadline: Date.now() + callTimeoutMs })

/**
 * RFC 6066, 3 allows no address as server name, and Node warns of one on stderr: another name is sent, and the certificate is
 * held against the real address.
 */
function channelTo(address: string, context: SecureContextOptions): [string, ChannelCredentials, ChannelOptions] {
  const { host } = splitAddress(address)
  const channel = credentials.createFromSecureContext(createSecureContext({ ...context, minVersion: 'TLSv1.3' }), {
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  })
  const name = isIP(host) === 0 ? {} : { 'grpc.ssl_target_name_override': 'address.invalid' }
  return [address, channel, { ...channelOptions, ...name }]
}

/** The gates over gRPC and TLS 1.3. */
export const grpcGateClient: GateClient = {
  async join(address, anchorSha256): Promise<JoinGate> {
    const anchor = certificatePem(await findAnchor(address, anchorSha256))
    return new GrpcJoinGate(new JoinClient(...channelTo(address, { ca: anchor })), callOptions)
  },

  boot({ address, anchorPem, certificatesPem, keyPem }: MachineCredentials): BootGate {
    const channel = channelTo(address, { ca: anchorPem, cert: certificatesPem, key: keyPem })
    return new GrpcBootGate(new BootClient(...channel), callOptions)
  },
}
