import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkServerIdentity, createSecureContext } from 'node:tls'
import { credentials } from '@grpc/grpc-js'
import { AdminClient, unary, type DecisionDetail__Output } from '../../../core/rpc/index.ts'
import { readConfig } from '../../../policy-server/config/index.ts'
import { startServer, type RunningServer } from '../../../policy-server/server/index.ts'
import { freePort } from '../../fakes/free-port.ts'

interface OperatorBundle {
  readonly address: string
  readonly anchor: string
  readonly certificate: string
  readonly key: string
}

const silent = () => undefined
const deadline = () => ({ deadline: Date.now() + 20_000 })

/** A real policy server on loopback, and its operator. */
export class PolicyOffice {
  readonly folder: string
  readonly configPath: string
  #server: RunningServer | undefined
  #admin: AdminClient | undefined

  private constructor(folder: string) {
    this.folder = folder
    this.configPath = join(folder, 'server.yaml')
  }

  /** A data folder and its configuration; `start` makes the rest. */
  static async create(): Promise<PolicyOffice> {
    const office = new PolicyOffice(mkdtempSync(join(tmpdir(), 'bootlatch-flow-')))
    const passphrase = join(office.folder, 'passphrase')
    writeFileSync(passphrase, 'correct horse battery staple\n', { mode: 0o600 })
    const [main, joining, results] = [await freePort(), await freePort(), await freePort()]
    const config = [
      `dataDir: ${join(office.folder, 'data')}`,
      `listen: { main: ['127.0.0.1:${main}', '[::1]:${main}'], join: '127.0.0.1:${joining}', results: '127.0.0.1:${results}' }`,
      `passphraseFile: ${passphrase}`,
      'limits: { joinConnectionsPerMinutePerAddress: 60000, requestsPerMinutePerMachine: 60000 }',
      'log: { level: error }',
    ]
    writeFileSync(office.configPath, `${config.join('\n')}\n`)
    return office
  }

  async start(): Promise<void> {
    this.#server = await startServer(readConfig(this.configPath), {
      passphrase: { file: join(this.folder, 'passphrase'), credentials: undefined, terminal: undefined },
      version: 'test',
      clock: () => Date.now(),
      random: (size) => Uint8Array.from(randomBytes(size)),
      log: { info: silent, warn: silent, error: silent },
    })
  }

  async stop(): Promise<void> {
    this.#admin?.close()
    this.#admin = undefined
    await this.#server?.stop()
    this.#server = undefined
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** The operators' service, as the first operator. */
  get admin(): AdminClient {
    this.#admin ??= this.#connect()
    return this.#admin
  }

  #connect(): AdminClient {
    const { address, anchor, certificate, key } = JSON.parse(
      readFileSync(this.operatorBundle, 'utf8'),
    ) as OperatorBundle
    const context = createSecureContext({ ca: anchor, cert: certificate, key, minVersion: 'TLSv1.3' })
    const channel = credentials.createFromSecureContext(context, {
      checkServerIdentity: (_name, shown) => checkServerIdentity('127.0.0.1', shown),
    })
    // Node warns of an address as server name (RFC 6066, 3).
    return new AdminClient(address, channel, { 'grpc.ssl_target_name_override': 'address.invalid' })
  }

  async invite(name: string): Promise<string> {
    const request = { name, group: '', validSeconds: 3600 }
    return (await unary(this.admin, 'inviteMachine', request, deadline())).token
  }

  /** The first operator's bundle. */
  get operatorBundle(): string {
    return join(this.folder, 'data', 'operator.json')
  }

  /** Who signs attestation results. */
  get issuer(): string {
    return readConfig(this.configPath).results?.issuer ?? ''
  }

  /** Accepts a machine, or one held request of it. */
  async accept(machine: string, decision = 0n): Promise<void> {
    const request = { machine, decision: decision.toString(), reason: 'known' }
    await unary(this.admin, 'acceptMachine', request, deadline())
  }

  async settle(machine: string, decision: bigint): Promise<void> {
    await unary(this.admin, 'settleFork', { machine, decision: decision.toString(), reason: 'restored' }, deadline())
  }

  async lock(machine: string): Promise<void> {
    await unary(this.admin, 'lockMachine', { machine, reason: 'gone' }, deadline())
  }

  async show(machine: string) {
    return await unary(this.admin, 'showMachine', { machine }, deadline())
  }

  async decision(number: bigint): Promise<DecisionDetail__Output> {
    return await unary(this.admin, 'showDecision', { number: number.toString() }, deadline())
  }

  /** Takes the policy that the machine's newest verified boot satisfies, as a person would who reads it first. */
  async learn(machine: string, edit: (document: string) => string = (document) => document): Promise<void> {
    const { document } = await unary(this.admin, 'learnPolicy', { machine, name: '' }, deadline())
    await unary(this.admin, 'applyPolicy', { document: edit(document), source: 'learnt.yaml' }, deadline())
  }
}
