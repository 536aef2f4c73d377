import { X509Certificate } from 'node:crypto'
import { adminService, bootService, joinService } from '../../core/rpc/index.ts'
import { anchorOf, expiryOf, type Clock, type ServerIdentity } from '../ca/index.ts'
import { writeEndpoint, type Endpoint, type ServerConfig } from '../config/index.ts'
import { dataPaths, localDisk, openData, Operators, takeDataFolder } from '../data/index.ts'
import type { PassphraseSource, Random } from '../keys/index.ts'
import {
  ConnectionGate,
  demandRole,
  identifyPeer,
  listen,
  listenPublicly,
  type Listener,
  type StreamLimits,
} from '../listen/index.ts'
import { loadServerIdentity } from './load-identity.ts'
import { createServices, resultDocuments, type Log } from '../service/index.ts'
import { openStore } from '../store/index.ts'

/** What a server needs from outside. */
export interface Surroundings {
  readonly passphrase: PassphraseSource
  readonly version: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** A started server. */
export interface RunningServer {
  readonly main: readonly Endpoint[]
  readonly join: readonly Endpoint[]
  /** Where attestation results are verified from; empty where none are given. */
  readonly results: readonly Endpoint[]
  readonly serverId: Uint8Array
  /** The first operator's bundle, where this start wrote it. */
  readonly operatorBundle: string | undefined
  /** Reads the server's certificate again, or issues a new one; the one in use stays where that fails. */
  renewIdentity(): Promise<void>
  /** Whether the certificate in use ends soon. */
  identityIsDue(): boolean
  stop(): Promise<void>
}

/** An enrolment's largest message: an RSA EK and AK with their certificates are under 8 KiB. */
const joinStreams: StreamLimits = {
  messageBytes: 64 * 1024,
  streams: 4,
  memoryMegabytes: 1,
  idleMs: 60_000,
  ageMs: 300_000,
}
/** A release carries two logs; real ones stay below 200 KiB. */
const mainMessageBytes = 4 * 1024 * 1024
const mainMemoryMegabytes = 32
const mainIdleMs = 600_000
const firstOperator = 'admin'
const graceMs = 3000
/** Time for an operator to act where the customer's own certificate is not replaced by itself. */
const renewalMs = 30 * 86_400_000

const [bootName, adminName] = ['bootlatch.v1.Boot', 'bootlatch.v1.Admin']

/**
 * Starts everything in order; what a first start lacks is made on the way. Listens last.
 * @throws where anything of the configuration, the data folder or the network does not allow it; nothing is left running.
 */
export async function startServer(config: ServerConfig, surroundings: Surroundings): Promise<RunningServer> {
  const undo: (() => void | Promise<void>)[] = []
  const unwind = async (): Promise<void> => {
    for (const step of undo.reverse()) await step()
  }
  try {
    return { ...(await start(config, surroundings, (step) => undo.push(step))), stop: unwind }
  } catch (error) {
    await unwind()
    throw error
  }
}

async function start(
  config: ServerConfig,
  { passphrase, version, clock, random, log }: Surroundings,
  atEnd: (step: () => void | Promise<void>) => void,
): Promise<Omit<RunningServer, 'stop'>> {
  const paths = dataPaths(config.dataDir)
  const lock = takeDataFolder(config.dataDir)
  atEnd(lock.release)
  const { vault, ca } = await openData(config.dataDir, { disk: localDisk, passphrase, random, clock })
  atEnd(() => {
    vault.close()
  })
  const store = await openStore(paths.database)
  atEnd(() => store.close())

  let identity = await loadServerIdentity(config, ca, clock())
  const operators = new Operators(paths.operators, localDisk)
  const isLiveOperator = (name: string, spkiSha256: Uint8Array): boolean =>
    operators.isLive({ kind: 'operator', name, spkiSha256 }, clock())
  const address = { main: writeEndpoint(config.advertise.main), join: writeEndpoint(config.advertise.join) }
  const server = {
    version,
    startedUnixMs: clock(),
    mainAddress: address.main,
    joinAddress: address.join,
    issuer: config.results?.issuer,
    anchor: anchorOf(identity),
    get serverCertificateExpiresUnixMs() {
      return expiryOf(identity)
    },
  }
  const services = await createServices(
    { store, vault, ca, clock, random, isLiveOperator, log, server },
    {
      requestsPerMinute: config.limits.requestsPerMinutePerMachine,
      ...(config.results !== undefined && { resultLifetimeMs: config.results.validMinutes * 60_000 }),
    },
  )

  const gate = (newPerMinutePerAddress: number): ConnectionGate =>
    new ConnectionGate(
      {
        open: config.limits.connections,
        openPerAddress: config.limits.connectionsPerAddress,
        newPerMinutePerAddress,
      },
      clock,
    )
  const listenOn = async (parts: Omit<Parameters<typeof listen>[0], 'identity'>): Promise<Listener> => {
    const listener = await listen({ ...parts, identity })
    atEnd(() => listener.close(graceMs))
    return listener
  }
  const main = await listenOn({
    endpoints: config.listen.main,
    clients: ca.certificate,
    gate: gate(Number.POSITIVE_INFINITY),
    services: [
      { definition: bootService, handlers: services.boot },
      { definition: adminService, handlers: services.admin },
    ],
    interceptors: [
      demandRole(
        { [bootName]: 'machine', [adminName]: 'operator' },
        (call) => identifyPeer(ca, call),
        // Whether a machine is live stands in the store, and its service asks there.
        (peer) => peer.kind === 'machine' || operators.isLive(peer, clock()),
      ),
    ],
    limits: {
      messageBytes: mainMessageBytes,
      streams: config.limits.streamsPerConnection,
      memoryMegabytes: mainMemoryMegabytes,
      idleMs: mainIdleMs,
    },
  })
  const join = await listenOn({
    endpoints: config.listen.join,
    clients: undefined,
    gate: gate(config.limits.joinConnectionsPerMinutePerAddress),
    services: [{ definition: joinService, handlers: services.join }],
    interceptors: [],
    limits: joinStreams,
  })

  const results =
    config.results === undefined
      ? undefined
      : await listenPublicly({
          endpoints: config.results.listen,
          identity,
          gate: gate(config.limits.joinConnectionsPerMinutePerAddress),
          documents: resultDocuments(services.results, config.results.issuer),
          maxAgeSeconds: 300,
          failed: (path, error) => {
            log.error({ path, err: error }, 'a document could not be read')
          },
        })
  if (results !== undefined) atEnd(() => results.close())

  // The first to end: who waits for a person's decision would otherwise keep the listeners open.
  atEnd(() => {
    services.close()
  })
  const isFirstStart = operators.none
  if (isFirstStart) {
    const operator = { name: firstOperator, address: address.main, anchor: server.anchor }
    await operators.issue(ca, operator, paths.operatorBundle)
  }

  return {
    main: main.endpoints,
    join: join.endpoints,
    results: results?.endpoints ?? [],
    serverId: ca.serverId,
    operatorBundle: isFirstStart ? paths.operatorBundle : undefined,
    identityIsDue: () => expiryOf(identity) - clock() < renewalMs,
    renewIdentity: async () => {
      const renewed = await loadServerIdentity(config, ca, clock())
      // Machines have pinned the anchor they enrolled under: another one would lock all of them out.
      if (!anchorIs(renewed, server.anchor)) throw new TypeError('the new certificate ends in another anchor')
      identity = renewed
      main.replaceIdentity(renewed)
      join.replaceIdentity(renewed)
      results?.replaceIdentity(renewed)
    },
  }
}

const anchorIs = (identity: ServerIdentity, anchor: Uint8Array): boolean =>
  new X509Certificate(anchor).fingerprint256 === identity.chain.at(-1)?.fingerprint256
