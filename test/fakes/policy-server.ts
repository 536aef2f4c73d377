import { createHash, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { createAuthorities, openAuthorities, type OwnAuthority } from '../../policy-server/ca/index.ts'
import { KeyVault, rootKeyInMemory, SecretBytes } from '../../policy-server/keys/index.ts'
import {
  invite,
  machineMeant,
  openGates,
  type GateLimits,
  type Gates,
  type Parts,
} from '../../policy-server/appraise/index.ts'
import { applyPolicy } from '../../policy-server/policies/index.ts'
import { alarmsOf, Store } from '../../policy-server/store/index.ts'
import { FaultyDialect } from './faulty-dialect.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

/** What survives a crash of the server: its files. */
interface Disk {
  readonly path: string
  readonly rootKey: Uint8Array
  readonly authorities: Uint8Array
  /** Stands still until a test moves it. */
  readonly time: { unixMs: number }
}

/** Making keys takes longer than most tests: all servers of a test run are one authority's. */
let sharedFiles: Promise<Pick<Disk, 'rootKey' | 'authorities'>> | undefined

async function makeFiles(): Promise<Pick<Disk, 'rootKey' | 'authorities'>> {
  const rootKey = random(32)
  const authorities = await createAuthorities({ vault: openVault(rootKey), random, clock: () => Date.now() })
  return { rootKey, authorities }
}

/** A whole policy server without its listeners, with a clock and a disk that tests command. */
export class FakePolicyServer {
  readonly parts: Parts
  readonly gates: Gates
  readonly disk: FaultyDialect
  readonly ca: OwnAuthority
  /** Everything the server said in its log, as JSON. */
  readonly logged: readonly string[]
  /** Operators, and certificates of theirs, that are live no more. */
  readonly revoked: Set<string>
  readonly #files: Disk

  private constructor(
    parts: Parts,
    gates: Gates,
    disk: FaultyDialect,
    ca: OwnAuthority,
    files: Disk,
    logged: readonly string[],
    revoked: Set<string>,
  ) {
    this.revoked = revoked
    this.logged = logged
    this.parts = parts
    this.gates = gates
    this.disk = disk
    this.ca = ca
    this.#files = files
  }

  /** Starts on a fresh disk; `:memory:` for one that a restart does not outlive. */
  static async start(path = ':memory:', limits: GateLimits = {}): Promise<FakePolicyServer> {
    const { rootKey, authorities } = await (sharedFiles ??= makeFiles())
    return await FakePolicyServer.#open({ path, rootKey, authorities, time: { unixMs: Date.now() } }, limits)
  }

  static async #open(files: Disk, limits: GateLimits): Promise<FakePolicyServer> {
    const vault = openVault(files.rootKey)
    const clock = (): number => files.time.unixMs
    const ca = await openAuthorities(files.authorities, { vault, random, clock })
    const disk = new FaultyDialect(files.path)
    const store = await Store.open(disk)
    const logged: string[] = []
    const say = (facts: object, message: string) => {
      logged.push(`${message} ${inspect(facts, { depth: 8 })} ${JSON.stringify(facts)}`)
    }
    const revoked = new Set<string>()
    const parts: Parts = {
      store,
      vault,
      ca,
      clock,
      random,
      isLiveOperator: (name, key) => !revoked.has(name) && ![...revoked].some((one) => isSame(keyOf(one), key)),
      log: { info: say, warn: say, error: say },
      server: {
        version: '0.0.0',
        startedUnixMs: clock(),
        mainAddress: '127.0.0.1:21000',
        joinAddress: '127.0.0.1:21001',
        anchor: ca.certificate,
        serverCertificateExpiresUnixMs: clock() + 1e10,
        issuer: 'https://127.0.0.1:21002',
      },
    }
    return new FakePolicyServer(parts, await openGates(parts, limits), disk, ca, files, logged, revoked)
  }

  /** As after kill -9: everything in memory is gone. */
  async restart(limits: GateLimits = {}): Promise<FakePolicyServer> {
    await this.stop()
    return await FakePolicyServer.#open(this.#files, limits)
  }

  async stop(): Promise<void> {
    this.gates.close()
    await this.parts.store.close()
  }

  passTime(ms: number): void {
    this.#files.time.unixMs += ms
  }

  async invite(name: string): Promise<string> {
    const invitation = { name, group: '', validSeconds: 0, operator: 'ann' }
    return (await invite(this.parts, this.gates.groupKeys, invitation)).token
  }

  async accept(
    machine: string,
    decision = 0,
    expectedAkName: Uint8Array = new Uint8Array(0),
    operator = 'ann',
    certificate = `${operator}'s`,
  ): Promise<void> {
    const operatorKey = keyOf(certificate)
    await this.gates.fleet.accept({ machine, decision, reason: 'known', operator, operatorKey, expectedAkName })
  }

  async settle(machine: string, decision: number): Promise<void> {
    await this.gates.fleet.settleFork({ machine, decision, reason: 'restored from backup', operator: 'ann' })
  }

  async lock(machine: string): Promise<void> {
    await this.gates.fleet.lock({ machine, reason: 'stolen', operator: 'ann' })
  }

  async unlock(machine: string): Promise<void> {
    await this.gates.fleet.unlock({ machine, reason: 'found', operator: 'ann' })
  }

  /** Somebody's word for where the TPM stands that the machine has now. */
  async sayTier(machine: string, tier: 'T0' | 'T1' | 'T2' | 'T3', operator = 'ann', certificate = `${operator}'s`) {
    const order = { machine, tier, reason: 'seen on its host', operator, operatorKey: keyOf(certificate) }
    await this.gates.fleet.changeTier({ ...order, expectedAkName: await this.akNameOf(machine) })
  }

  async tierOf(name: string): Promise<string> {
    return (await this.parts.store.transact((tx) => machineMeant(tx, name))).tier
  }

  async remove(machine: string): Promise<void> {
    await this.gates.fleet.remove({ machine, reason: 'scrapped', operator: 'ann' })
  }

  alarms(machine: string): Promise<readonly string[]> {
    return this.parts.store.transact(async (tx) => alarmsOf(tx, (await machineMeant(tx, machine)).id))
  }

  async apply(document: string): Promise<void> {
    const by = { by: 'ann', unixMs: this.parts.clock() }
    await applyPolicy(this.parts.store, this.gates.shelf, { document, source: 'test.yaml' }, by)
  }

  /** Gate, outcome and failed rules of every decision, oldest first. */
  decisions(): Promise<
    readonly { readonly outcome: string; readonly failed: readonly string[]; readonly diff: readonly string[] }[]
  > {
    return this.parts.store.transact(async (tx) =>
      (await tx.selectFrom('decisions').selectAll().orderBy('number').execute()).map((row) => ({
        outcome: `${row.gate} ${row.outcome}`,
        failed: (JSON.parse(row.reasons) as { code: string; passed: boolean }[])
          .filter(({ passed }) => !passed)
          .map(({ code }) => code),
        diff: JSON.parse(row.bootDiff) as string[],
      })),
    )
  }

  async akNameOf(name: string): Promise<Uint8Array> {
    return this.parts.store.transact(async (tx) => {
      const live = tx.selectFrom('identities').innerJoin('machines', 'machines.id', 'identities.machineId')
      const row = live.select('akName').where('name', '=', name).where('identities.state', '=', 'live')
      return (await row.executeTakeFirstOrThrow()).akName ?? new Uint8Array(0)
    })
  }

  async stateOf(name: string): Promise<string> {
    return this.parts.store.transact(
      async (tx) =>
        (await tx.selectFrom('machines').select('state').where('name', '=', name).executeTakeFirstOrThrow()).state,
    )
  }
}

function openVault(rootKey: Uint8Array): KeyVault {
  const root = rootKeyInMemory(new SecretBytes(rootKey.slice()), { provider: 'memory', warnings: [] }, random)
  return new KeyVault(root, random)
}

/** SHA-256 of the SPKI of a certificate, by what tests call it. */
const keyOf = (certificate: string): Uint8Array => new Uint8Array(createHash('sha256').update(certificate).digest())

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0
