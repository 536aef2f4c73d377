import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { credentials, type CallOptions, type ChannelOptions } from '@grpc/grpc-js'
import { BootClient, JoinClient } from '../../core/rpc/index.ts'
import { GrpcBootGate } from './boot-gate.ts'
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

function channelCredentials(context: SecureContextOptions) {
  return credentials.createFromSecureContext(createSecureContext({ ...context, minVersion: 'TLSv1.3' }))
}

/** The gates over gRPC and TLS 1.3. */
export const grpcGateClient: GateClient = {
  async join(address, anchorSha256): Promise<JoinGate> {
    const anchor = certificatePem(await findAnchor(address, anchorSha256))
    return new GrpcJoinGate(new JoinClient(address, channelCredentials({ ca: anchor }), channelOptions), callOptions)
  },

  boot({ address, anchorPem, certificatesPem, keyPem }: MachineCredentials): BootGate {
    const context = channelCredentials({ ca: anchorPem, cert: certificatesPem, key: keyPem })
    return new GrpcBootGate(new BootClient(address, context, channelOptions), callOptions)
  },
}
