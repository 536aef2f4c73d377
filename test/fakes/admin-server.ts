import { randomBytes } from 'node:crypto'
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js'
import {
  adminService,
  RpcError,
  toStatus,
  type AdminHandlers,
  type Announcement,
  type Decision,
  type DecisionDetail,
  type Machine,
  type MachineDetail,
  type Policy,
  type PreviewPolicyEvent,
  type RetiredResultKeys,
  type VolumeKey,
} from '../../core/rpc/index.ts'
import type { Credential } from './test-authority.ts'

/** One machine with what hangs on it. */
export interface FakeMachine {
  readonly machine: Machine & { readonly id: Buffer; readonly name: string }
  readonly akName: Buffer
  readonly ekNames: Buffer[]
  readonly machineKey: Buffer
  readonly keys: VolumeKey[]
  readonly alarms: string[]
}

type FakeDecision = DecisionDetail & { readonly decision: Decision & { readonly number: number } }

/** A decision that a fake server keeps; everything not given is empty. */
export const aDecision = (decision: Decision & { number: number }, detail: Omit<DecisionDetail, 'decision'> = {}) =>
  ({
    ...detail,
    decision: { gate: 'GATE_RELEASE', decidedUnixMs: Date.UTC(2026, 10, 20, 9, 30, 15), peer: '10.0.0.5', ...decision },
  }) as const satisfies FakeDecision

/** A machine with random identities. */
export function aMachine(name: string, machine: Machine = {}): FakeMachine {
  return {
    machine: {
      id: randomBytes(16),
      name,
      group: 'default',
      state: 'MACHINE_STATE_PENDING',
      tier: 'TIER_T0',
      enrolledUnixMs: Date.UTC(2026, 10, 20, 9, 0, 0),
      ...machine,
    } as FakeMachine['machine'],
    akName: Buffer.concat([Buffer.from('000b', 'hex'), randomBytes(32)]),
    ekNames: [1, 2].map(() => Buffer.concat([Buffer.from('000b', 'hex'), randomBytes(32)])),
    machineKey: randomBytes(32),
    keys: [],
    alarms: [],
  }
}

type State = NonNullable<Machine['state']>

/**
 * The admin service in memory: keeps what it is told, judges nothing. A policy document is invalid where it holds the
 * word `invalid`, and its name is what follows `name: `.
 */
export class FakeAdminServer {
  readonly machines: FakeMachine[] = []
  readonly decisions: FakeDecision[] = []
  readonly policies: Policy[] = []
  /** What an application answers, if not a version in force. */
  answerApply: Policy | undefined
  /** What it shows in the place of any document: a server that lies. */
  showsInstead: Policy | undefined
  /** What waits for signatures. */
  readonly proposals: Policy[] = []
  /** How many have to say that a tier is higher. */
  tierPeople = 1
  readonly announcements: Announcement[] = []
  readonly warnings: string[] = []
  readonly retiredResultKeys: RetiredResultKeys[] = []
  /** What a preview answers. */
  readonly preview: PreviewPolicyEvent[] = []
  /** The requests received, in order, as `[method, request]`. */
  readonly asked: (readonly [method: string, request: unknown])[] = []
  /** Runs before each answer: throws in its stead, or takes its time. */
  before: (method: string) => void | Promise<void> = () => undefined
  address = ''
  readonly #server = new Server()

  constructor() {
    this.#server.addService(adminService, this.#handlers())
  }

  /** Listens with TLS on a free port of the loopback, for clients under the anchor. */
  async listen(anchor: string, { certificate, key }: Credential): Promise<void> {
    const pair = { cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) }
    const credentials = ServerCredentials.createSsl(Buffer.from(anchor), [pair], true)
    for (let attempt = 0; ; attempt++) {
      const port = 20_000 + Math.floor(Math.random() * 12_000)
      try {
        await new Promise<void>((resolve, reject) => {
          this.#server.bindAsync(`127.0.0.1:${port}`, credentials, (error) => {
            if (error === null) resolve()
            else reject(error)
          })
        })
        this.address = `127.0.0.1:${port}`
        return
      } catch (error) {
        if (attempt === 20) throw error
      }
    }
  }

  close(): void {
    this.#server.forceShutdown()
  }

  find(name: string): FakeMachine {
    const wanted = name.replaceAll('-', '')
    const found = this.machines.find(({ machine }) => machine.name === name || machine.id.toString('hex') === wanted)
    if (found === undefined) throw new RpcError('machine/unknown')
    return found
  }

  #detail({ keys, ...found }: FakeMachine): MachineDetail {
    const recent = this.decisions
      .map(({ decision }) => decision)
      .filter(({ machineName }) => machineName === found.machine.name)
    return { ...found, keys, recent: recent.reverse().slice(0, 5), stateGeneration: 3 }
  }

  #move(name: string, state: State): MachineDetail {
    const found = this.find(name)
    found.machine.state = state
    return this.#detail(found)
  }

  #apply(document: string, source: string): Policy {
    const lines = document.split('\n')
    const line = lines.findIndex((text) => text.includes('invalid'))
    if (line >= 0) {
      const column = (lines[line] ?? '').indexOf('invalid') + 1
      throw new RpcError('policy/invalid', `${source}:${line + 1}:${column}: unknown key "invalid"`)
    }
    const name = /name: (\S+)/.exec(document)?.[1] ?? 'unnamed'
    const version = this.policies.filter((policy) => policy.name === name).length + 1
    const policy = { name, version, document, appliedUnixMs: Date.UTC(2026, 10, 20, 10), appliedBy: 'first' }
    this.policies.push(policy)
    return policy
  }

  #handlers(): AdminHandlers {
    return {
      GetServerStatus: this.#unary('GetServerStatus', () => ({
        version: '0.1.0',
        serverId: Buffer.alloc(32, 7),
        startedUnixMs: Date.UTC(2026, 10, 20, 8),
        mainAddress: this.address,
        joinAddress: '127.0.0.1:8443',
        keyProvider: 'passphrase vault',
        warnings: this.warnings,
        machines: this.machines.length,
        held: this.machines.filter(({ machine }) => machine.heldDecision !== undefined).length,
        decisions: this.decisions.length,
        serverCertificateExpiresUnixMs: Date.UTC(2027, 0, 1),
        retiredResultKeys: this.retiredResultKeys,
      })),
      InviteMachine: this.#unary('InviteMachine', ({ name, validSeconds }) => {
        if (this.machines.some(({ machine }) => machine.name === name)) throw new RpcError('machine/name-taken')
        return { token: `bljoin1.${name}`, expiresUnixMs: Date.UTC(2026, 10, 20) + validSeconds * 1000 }
      }),
      ListMachines: this.#unary('ListMachines', () => ({ machines: this.machines.map(({ machine }) => machine) })),
      ShowMachine: this.#unary('ShowMachine', ({ machine }) => this.#detail(this.find(machine))),
      AcceptMachine: this.#unary('AcceptMachine', ({ machine, expectedAkName }) => {
        const { akName } = this.find(machine)
        const isAnother = expectedAkName.length > 0 && Buffer.compare(expectedAkName, akName) !== 0
        if (isAnother) throw new RpcError('machine/identity-changed')
        return this.#move(machine, 'MACHINE_STATE_ACCEPTED')
      }),
      SettleFork: this.#unary('SettleFork', ({ machine }) => this.#move(machine, 'MACHINE_STATE_ACCEPTED')),
      LockMachine: this.#unary('LockMachine', ({ machine }) => this.#move(machine, 'MACHINE_STATE_LOCKED')),
      UnlockMachine: this.#unary('UnlockMachine', ({ machine }) => this.#move(machine, 'MACHINE_STATE_ACCEPTED')),
      ChangeTier: this.#unary('ChangeTier', ({ machine, tier, expectedAkName }) => {
        const found = this.find(machine)
        if (Buffer.compare(expectedAkName, found.akName) !== 0) throw new RpcError('machine/identity-changed')
        if (tier === 'TIER_T2' || tier === 'TIER_T3') throw new RpcError('machine/tier-unproven')
        if (this.tierPeople < 2) found.machine.tier = tier
        const word = { tier, operator: 'first', reason: 'seen', saidUnixMs: Date.UTC(2026, 10, 20, 10) }
        const said = { tierWords: [], tierWaiting: [], [this.tierPeople < 2 ? 'tierWords' : 'tierWaiting']: [word] }
        return { ...this.#detail(found), ...said, tierPeople: this.tierPeople }
      }),
      RemoveMachine: this.#unary('RemoveMachine', ({ machine }) => {
        this.#move(machine, 'MACHINE_STATE_REMOVED')
        return {}
      }),
      ApplyPolicy: this.#unary(
        'ApplyPolicy',
        ({ document, source }) => this.answerApply ?? this.#apply(document, source),
      ),
      ListPolicyVersions: this.#unary('ListPolicyVersions', ({ name }) => {
        const versions = this.policies.filter((policy) => policy.name === name).reverse()
        if (versions.length === 0) throw new RpcError('policy/unknown')
        return { versions }
      }),
      ListProposals: this.#unary('ListProposals', () => ({ proposals: this.proposals })),
      ShowProposal: this.#unary('ShowProposal', ({ proposal }) => {
        const found = this.proposals.find((one) => String(one.proposal) === proposal)
        if (found === undefined) throw new RpcError('policy/unknown')
        return found
      }),
      WithdrawProposal: this.#unary('WithdrawProposal', () => ({})),
      ListAnnouncements: this.#unary('ListAnnouncements', () => ({ announcements: this.announcements })),
      WithdrawAnnouncement: this.#unary('WithdrawAnnouncement', () => ({})),
      ShowPolicy: this.#unary('ShowPolicy', ({ name, version }) => {
        if (this.showsInstead !== undefined) return this.showsInstead
        const found = this.policies.findLast(
          (policy) => policy.name === name && (version === 0 || policy.version === version),
        )
        if (found === undefined) throw new RpcError('policy/unknown')
        return found
      }),
      ShowEffectivePolicy: this.#unary('ShowEffectivePolicy', ({ machine }) => ({
        machine: this.find(machine).machine.name,
        group: 'web',
        policy: 'base',
        policyOfGroup: 'all',
        documents: [
          { kind: 'BootPolicy', name: 'base', version: 3 },
          { kind: 'Group', name: 'all', version: 2 },
        ],
        rules: [
          { kind: 'BootPolicy', name: 'base', rule: 'tier', wanted: 'T1 or higher' },
          { kind: 'Group', name: 'all', rule: 'require.admission.networks', wanted: '10.0.0.0/8' },
        ],
      })),
      AttestDecision: this.#unary('AttestDecision', ({ decision, audience }) => {
        const found = this.decisions.find(({ decision: { number } }) => number === Number(decision))
        if (found === undefined) throw new RpcError('decision/unknown')
        if (found.decision.outcome !== 'OUTCOME_RELEASED')
          throw new RpcError('attestation/not-accepted', 'It is refused.')
        return { token: `signed.for.${audience}`, expiresUnixMs: Date.UTC(2026, 10, 20, 10) }
      }),
      ListPolicies: this.#unary('ListPolicies', () => ({
        policies: this.policies.filter(
          ({ name }, i) => !this.policies.slice(i + 1).some((later) => later.name === name),
        ),
      })),
      LearnPolicy: this.#unary('LearnPolicy', ({ machine, name }) => {
        const learnt = this.decisions.findLast(
          ({ decision }) => decision.machineName === this.find(machine).machine.name,
        )
        if (learnt === undefined) throw new RpcError('policy/nothing-to-learn')
        return { document: `kind: BootPolicy\nname: ${name || machine}\n`, learntFromDecision: learnt.decision.number }
      }),
      ListDecisions: this.#unary('ListDecisions', ({ machine, limit, before }) => {
        const name = machine === '' ? undefined : this.find(machine).machine.name
        const decisions = this.decisions
          .map(({ decision }) => decision)
          .filter(
            ({ number, machineName }) =>
              (name ?? machineName) === machineName && (before === '0' || number < Number(before)),
          )
        return { decisions: decisions.reverse().slice(0, limit || 50) }
      }),
      ShowDecision: this.#unary('ShowDecision', ({ number }) => {
        const found = this.decisions.find(({ decision }) => decision.number === Number(number))
        if (found === undefined) throw new RpcError('decision/unknown')
        return found
      }),
      ProposePolicy: this.#unary('ProposePolicy', ({ decision }) => ({
        name: 'web',
        version: 3,
        source: 'web.yaml',
        document: 'kind: BootPolicy\nname: web\n# changed\n',
        changes: decision === '1' ? [] : ['release.components.kernel: its digest is added'],
        remaining: decision === '3' ? [] : [{ code: 'boot/cap', rule: 'always', fact: 'measured' }],
      })),
      DiffBoots: this.#unary('DiffBoots', ({ before, after }) => {
        if (before === '99') throw new RpcError('decision/without-evidence', 'Decision 99 has no verified evidence.')
        return { words: before === after ? [] : ['the kernel changed'] }
      }),
      PreviewPolicy: (call) => {
        this.asked.push(['PreviewPolicy', call.request])
        if (call.request.document.includes('invalid'))
          call.emit('error', toStatus(new RpcError('policy/invalid', `${call.request.source}:2:1: unknown key`)))
        else {
          for (const event of this.preview) call.write(event)
          call.end()
        }
      },
      ListKeys: this.#unary('ListKeys', ({ machine }) => ({ keys: this.find(machine).keys })),
    }
  }

  #unary<Request, Response>(method: string, answer: (request: Request) => Response) {
    return (call: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>): void => {
      this.asked.push([method, call.request])
      Promise.resolve()
        .then(() => this.before(method))
        .then(() => {
          done(null, answer(call.request))
        })
        .catch((thrown: unknown) => {
          done(toStatus(thrown))
        })
    }
  }
}
