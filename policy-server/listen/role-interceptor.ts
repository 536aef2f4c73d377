import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js'
import { CertificateError, type PeerIdentity } from '../../core/pki/index.ts'
import { RpcError, toStatus } from '../../core/rpc/index.ts'
import type { Peer, PeerCall } from './peer.ts'

/** What `sendStatus` takes; grpc-js does not export its name. */
type PartialStatus = Parameters<ServerInterceptingCall['sendStatus']>[0]

/** Which kind of peer may call the methods of a service: full service name to kind. */
export type RoleOfService = Readonly<Record<string, PeerIdentity['kind']>>

/**
 * Ends a call before its message is read, where the peer's certificate names nobody, somebody who is not live any more,
 * or one of another role than the service is for. Services without a role are open to whoever could connect.
 */
export function demandRole(
  roles: RoleOfService,
  identify: (call: PeerCall) => Peer,
  isLive: (identity: PeerIdentity) => boolean,
): ServerInterceptor {
  const check = (service: string, call: PeerCall): void => {
    const role = roles[service]
    if (role === undefined) return
    const { identity } = identify(call)
    if (!isLive(identity)) throw new RpcError('identity/unknown')
    if (identity.kind !== role) throw new RpcError('identity/wrong-role')
  }
  return (method, call) => {
    const refusal = refusalOf(() => {
      check(method.path.slice(1, method.path.lastIndexOf('/')), call)
    })
    if (refusal === undefined) return new ServerInterceptingCall(call)
    return new ServerInterceptingCall(call, {
      start: () => {
        call.sendStatus(refusal)
      },
    })
  }
}

function refusalOf(check: () => void): PartialStatus | undefined {
  try {
    check()
    return undefined
  } catch (cause) {
    const error = cause instanceof CertificateError ? new RpcError('identity/unknown', undefined, { cause }) : cause
    return { details: '', ...toStatus(error) }
  }
}
