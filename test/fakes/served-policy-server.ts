import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { credentials } from '@grpc/grpc-js'
import { AdminClient, adminService, BootClient, bootService, JoinClient, joinService } from '../../core/rpc/index.ts'
import type { GateLimits } from '../../policy-server/appraise/index.ts'
import { ownServerIdentity } from '../../policy-server/ca/index.ts'
import { ConnectionGate, listen, type Listener } from '../../policy-server/listen/index.ts'
import { adminHandlers } from '../../policy-server/service/admin-handlers.ts'
import { bootHandlers } from '../../policy-server/service/boot-handlers.ts'
import { joinHandlers } from '../../policy-server/service/join-handlers.ts'
import { freePort } from './free-port.ts'
import { FakePolicyServer } from './policy-server.ts'

const limits = { messageBytes: 4 << 20, streams: 32, memoryMegabytes: 64, idleMs: 60_000 }

/** A policy server behind real sockets, TLS 1.3 and gRPC. No interceptor stands before the handlers. */
export class ServedPolicyServer {
  readonly inner: FakePolicyServer
  readonly admin: AdminClient
  readonly join: JoinClient
  readonly #address: string
  readonly #listeners: readonly Listener[]
  readonly #clients: { close(): void }[]

  private constructor(inner: FakePolicyServer, listeners: readonly Listener[], admin: AdminClient, join: JoinClient) {
    this.inner = inner
    this.#listeners = listeners
    this.admin = admin
    this.join = join
    this.#clients = [admin, join]
    this.#address = addressOf(listeners[0]!)
  }

  static async start(gateLimits: GateLimits = {}): Promise<ServedPolicyServer> {
    const inner = await FakePolicyServer.start(':memory:', gateLimits)
    const { ca, gates, parts } = inner
    const identity = await ownServerIdentity(ca, ['127.0.0.1'])
    const gate = () => new ConnectionGate({ open: 100, openPerAddress: 100, newPerMinutePerAddress: 1000 }, parts.clock)
    const common = { identity, limits, interceptors: [] }
    const endpoint = async () => [{ host: '127.0.0.1', port: await freePort() }]
    const main = await listen({
      ...common,
      endpoints: await endpoint(),
      clients: ca.certificate,
      gate: gate(),
      services: [
        { definition: bootService, handlers: bootHandlers(gates) },
        { definition: adminService, handlers: adminHandlers(gates) },
      ],
    })
    const joining = await listen({
      ...common,
      endpoints: await endpoint(),
      clients: undefined,
      gate: gate(),
      services: [{ definition: joinService, handlers: joinHandlers(parts, gates.groupKeys) }],
    })
    const admin = new AdminClient(addressOf(main), secure(inner, await operatorCredentials(inner)))
    const join = new JoinClient(addressOf(joining), secure(inner))
    return new ServedPolicyServer(inner, [main, joining], admin, join)
  }

  /** The gates' service as the holder of these credentials reaches it. */
  boot(shown: { readonly cert: string; readonly key: string }): BootClient {
    const client = new BootClient(this.#address, secure(this.inner, shown))
    this.#clients.push(client)
    return client
  }

  /** The operators' service, called by a machine. */
  adminAs(shown: { readonly cert: string; readonly key: string }): AdminClient {
    const client = new AdminClient(this.#address, secure(this.inner, shown))
    this.#clients.push(client)
    return client
  }

  /** The gates' service, called by an operator. */
  async bootAsOperator(): Promise<BootClient> {
    return this.boot(await operatorCredentials(this.inner))
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close()
    for (const listener of this.#listeners) await listener.close(0)
    await this.inner.stop()
  }
}

function secure({ ca }: FakePolicyServer, shown: { readonly cert?: string; readonly key?: string } = {}) {
  const anchor = new X509Certificate(ca.certificate).toString()
  return credentials.createFromSecureContext(createSecureContext({ ca: anchor, ...shown, minVersion: 'TLSv1.3' }))
}

async function operatorCredentials({ ca }: FakePolicyServer) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
  const chain = await ca.issueOperatorCertificate({ name: 'ann', spki })
  const cert = chain.map((der) => new X509Certificate(der).toString()).join('')
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

function addressOf({ endpoints: [endpoint] }: Listener): string {
  return `${endpoint!.host}:${endpoint!.port}`
}
