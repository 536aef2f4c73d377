import { once } from 'node:events'
import type { handleServerStreamingCall, handleUnaryCall, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js'
import { WireError } from '../../core/bytes/index.ts'
import { CertificateError, type PeerIdentity } from '../../core/pki/index.ts'
import { RpcError, toStatus } from '../../core/rpc/index.ts'
import type { CertificateAuthority } from '../ca/index.ts'
import type { Log, MachinePeer } from '../appraise/index.ts'
import { identifyPeer, type PeerCall } from '../listen/index.ts'

/** A unary handler: what it throws becomes a status by the one table, and a mistake of ours is logged. */
export function answering<Request, Response>(
  log: Log,
  method: string,
  work: (call: ServerUnaryCall<Request, Response>) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    // What the work throws before its first await is caught as well.
    const answered = async () => work(call)
    answered().then(
      (response) => {
        callback(null, response)
      },
      (thrown: unknown) => {
        callback(statusOf(log, method, thrown))
      },
    )
  }
}

/** Makes the handler of an operators' method: what it does is done in the name of the operator who asks. */
export type AdminMethod = <Request, Response>(
  method: string,
  work: (request: Request, operator: string, operatorKey: Uint8Array) => Promise<Response>,
) => handleUnaryCall<Request, Response>

/**
 * A handler that answers with a stream, no faster than its reader takes it; what it throws becomes a status as elsewhere, and
 * `gone` says that nobody reads any more.
 */
export function streaming<Request, Response>(
  log: Log,
  method: string,
  work: (call: ServerWritableStream<Request, Response>, gone: AbortSignal) => AsyncIterable<Response>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    const gone = new AbortController()
    call.on('cancelled', () => {
      gone.abort()
    })
    const stream = async (): Promise<void> => {
      for await (const response of work(call, gone.signal)) {
        if (gone.signal.aborted) return
        if (!call.write(response)) await once(call, 'drain', { signal: gone.signal })
      }
      call.end()
    }
    stream().catch((thrown: unknown) => {
      if (!call.cancelled) call.emit('error', statusOf(log, method, thrown))
    })
  }
}

/** The status that a caller sees of what was thrown. */
export function statusOf(log: Log, method: string, thrown: unknown): ReturnType<typeof toStatus> {
  const error = thrown instanceof WireError ? new RpcError('request/malformed', thrown.message) : thrown
  if (!(error instanceof RpcError)) log.error({ method, err: error }, 'a request failed by our mistake')
  return toStatus(error)
}

/** @throws RpcError where the other end is no machine. */
export function machineOf(ca: CertificateAuthority, call: PeerCall): MachinePeer {
  const { identity, address } = peerOf(ca, call)
  if (identity.kind !== 'machine') throw new RpcError('identity/wrong-role')
  return { id: identity.id, spkiSha256: identity.spkiSha256, address }
}

/**
 * The operator at the other end.
 * @throws RpcError where the other end is no operator.
 */
export function operatorOf(ca: CertificateAuthority, call: PeerCall): Extract<PeerIdentity, { kind: 'operator' }> {
  const { identity } = peerOf(ca, call)
  if (identity.kind !== 'operator') throw new RpcError('identity/wrong-role')
  return identity
}

function peerOf(ca: CertificateAuthority, call: PeerCall) {
  try {
    return identifyPeer(ca, call)
  } catch (cause) {
    if (cause instanceof CertificateError) throw new RpcError('identity/unknown', undefined, { cause })
    throw cause
  }
}
