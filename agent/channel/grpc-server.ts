import { Server, ServerCredentials } from '@grpc/grpc-js'
import { virtualTpmService } from '../../core/rpc/index.ts'
import { listen, type Listener, type TcpEndpoint, type UnixEndpoint } from '../sockets/index.ts'
import { MutualTls, type MutualTlsPem } from './mutual-tls.ts'
import { type SerialTpm } from './serial-tpm.ts'
import { virtualTpmHandlers } from './virtual-tpm-service.ts'

/** A unix socket has its file mode for a guard; TCP has certificates, on loopback too. */
export type GrpcPlace =
  { readonly endpoint: UnixEndpoint } | { readonly endpoint: TcpEndpoint; readonly tls: MutualTlsPem }

/** A TPM command is 4 KiB; nothing larger is read. */
const maxRequestBytes = 16 * 1024
const maxStreams = 32

/** Presents a TPM as `bootlatch.v1.VirtualTpm`. */
export async function serveGrpc(tpm: SerialTpm, place: GrpcPlace): Promise<Pick<Listener, 'endpoint' | 'close'>> {
  const server = new Server({
    'grpc.max_receive_message_length': maxRequestBytes,
    'grpc.max_concurrent_streams': maxStreams,
  })
  server.addService(virtualTpmService, virtualTpmHandlers(tpm))
  const injector = server.createConnectionInjector(
    'tls' in place ? new MutualTls(place.tls) : ServerCredentials.createInsecure(),
  )
  const listener = await listen(place.endpoint, (socket) => {
    injector.injectConnection(socket)
  })
  return {
    endpoint: listener.endpoint,
    async close() {
      injector.destroy()
      await listener.close()
      server.forceShutdown()
    },
  }
}
