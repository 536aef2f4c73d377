import { mkdirSync } from 'node:fs'
import { type Logger } from 'pino'
import { identityOf, openStoredTpm, readStateKey, SerialTpm, serveSwtpm, type SwtpmServer } from '../channel/index.ts'
import { formatEndpoint, type Endpoint } from '../sockets/index.ts'
import { OwnTurn, type Profile, type RsaWork } from '../vtpm/index.ts'
import { type TpmConfig } from './host-config.ts'
import { LazyTpm, type OpenTpm } from './lazy-tpm.ts'
import { examine, explain, hasState, type Problem } from './problem.ts'
import { Share, type Turns } from './share.ts'
import { type TpmStatus } from './status.ts'

/** What the TPMs of a host have in common. */
export interface Surroundings {
  readonly work: RsaWork
  readonly turns: Turns
  /** Milliseconds, never going back. */
  readonly clock: () => number
  readonly log: Logger
}

/** One TPM of the host: its sockets and its state, apart from all others. */
export class HostedTpm {
  readonly config: TpmConfig
  readonly #log: Logger
  readonly #tpm: LazyTpm
  #server: SwtpmServer<Endpoint | undefined> | undefined
  #started: Promise<void> | undefined
  #isLeaving = false
  #powerOns = 0
  #problem: Problem | undefined

  constructor(config: TpmConfig, { work, turns, clock, log }: Surroundings) {
    this.config = config
    this.#log = log.child({ tpm: config.name })
    this.#tpm = new LazyTpm(() => openTpm(config, new OwnTurn(work)), new Share(turns, clock, config.limits), {
      poweredOn: () => {
        this.#powerOns += 1
        this.#problem = undefined
        this.#log.info('power on')
      },
      poweredOff: () => {
        this.#log.info('power off')
      },
      failed: (error) => {
        this.#log.error({ err: error }, 'failure mode')
      },
      unusable: (error) => {
        this.#keepProblem(error)
      },
    })
  }

  /** Listens. Where that cannot be, the status says why; nothing is thrown, for the other TPMs have no part in it. */
  start(): Promise<void> {
    this.#started = this.#listen()
    return this.#started
  }

  async #listen(): Promise<void> {
    const { config } = this
    try {
      await examine(config)
      this.#server = await serveSwtpm(new SerialTpm(this.#tpm), {
        data: config.data,
        control: config.control,
        identity: identityOf(profileOf(config)),
        mover: this.#tpm,
        maxConnections: config.limits.connections,
        onShutdown: () => {
          void this.#tpm.release()
        },
      })
      this.#problem = undefined
    } catch (error) {
      this.#keepProblem(error)
    }
  }

  /** Takes no more clients; resolves when its machine is gone. */
  async leave(): Promise<void> {
    this.#isLeaving = true
    await this.#started
    await this.#server?.leave()
    await this.close()
  }

  /** Cuts off who is connected, and forgets the state. */
  async close(): Promise<void> {
    await this.#started
    await this.#server?.close()
    this.#server = undefined
    await this.#tpm.release()
  }

  get isBroken(): boolean {
    return this.#server === undefined && this.#problem !== undefined
  }
  get isInUse(): boolean {
    return (this.#server?.connections ?? 0) > 0
  }

  get status(): TpmStatus {
    const { name, control, data } = this.config
    return {
      name,
      condition: this.#condition,
      control: formatEndpoint(this.#server?.control ?? control),
      ...(data === undefined ? {} : { data: formatEndpoint(this.#server?.data ?? data) }),
      connections: this.#server?.connections ?? 0,
      powerOns: this.#powerOns,
      commands: this.#tpm.commands,
      ...this.#problem,
    }
  }

  get #condition(): TpmStatus['condition'] {
    if (this.#isLeaving) return 'leaving'
    if (this.#problem !== undefined) return 'broken'
    if (this.#server === undefined) return 'starting'
    if (!this.#tpm.powered) return 'off'
    return this.#tpm.inFailureMode ? 'failed' : 'on'
  }

  #keepProblem(error: unknown): void {
    this.#problem = explain(error, this.config)
    this.#log.error(this.#problem, 'cannot be served')
  }
}

async function openTpm(config: TpmConfig, work: RsaWork): Promise<OpenTpm> {
  if (!hasState(config)) mkdirSync(config.state, { recursive: true, mode: 0o700 })
  return openStoredTpm({
    folder: config.state,
    key: await readStateKey(config.stateKeyFile),
    work,
    profile: profileOf(config),
  })
}

const profileOf = ({ vendorString }: TpmConfig): Partial<Profile> =>
  vendorString === undefined ? {} : { vendorString }
