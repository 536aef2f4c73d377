import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { manufacture, MemoryStorage, Tpm, type Profile, type StateStorage } from '../../../../agent/vtpm/index.ts'
import {
  type AuthSession,
  CreatePrimary,
  named,
  passwordSession,
  RH,
  srkTemplate,
  startSession,
  Startup,
  SU,
  TpmClient,
  TpmResponseError,
  type SessionOptions,
  type TPMT_PUBLIC,
} from '../../../../core/tpm/index.ts'

export const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
export const empty = new Uint8Array(0)
export const noSecret = { userAuth: empty, data: empty }

/** An object as a client names it. */
export interface Known {
  readonly handle: number
  readonly name: Uint8Array
  readonly outPublic: TPMT_PUBLIC
}

/** A TPM with a clock and a locality that the test sets. */
export class Bench {
  readonly tpm: Tpm
  readonly client: TpmClient
  readonly storage: StateStorage
  nowMs = 0
  locality = 0
  /** The last bytes each way. */
  sent: Uint8Array = empty
  received: Uint8Array = empty

  constructor(
    storage: StateStorage = new MemoryStorage(manufacture({ random })),
    profile: Partial<Profile> = { maxTransientObjects: 8, maxLoadedSessions: 8 },
  ) {
    this.storage = storage
    this.tpm = Tpm.open({ storage, random, clock: () => this.nowMs, profile })
    this.client = new TpmClient({
      transmit: async (command) => {
        this.sent = command.slice()
        this.received = await this.tpm.execute(command, this.locality)
        return this.received
      },
    })
    this.tpm.powerOn()
  }

  /** A bench whose TPM is started up. */
  static async started(storage?: StateStorage, profile?: Partial<Profile>): Promise<Bench> {
    const bench = new Bench(storage, profile)
    await bench.startup()
    return bench
  }
  async startup(startupType: number = SU.clear): Promise<void> {
    await this.client.run(Startup, {}, { startupType })
  }
  /** Power off and on again, without Shutdown. */
  async reset(startupType: number = SU.clear): Promise<void> {
    this.tpm.powerOff()
    this.tpm.powerOn()
    await this.startup(startupType)
  }

  session(options: Partial<SessionOptions> = {}): Promise<AuthSession> {
    return startSession(this.client, { type: 'hmac', hash: 0x000b, random, ...options })
  }
  async primary(
    inPublic: TPMT_PUBLIC = srkTemplate,
    options: { readonly hierarchy?: number; readonly userAuth?: Uint8Array } = {},
  ): Promise<Known> {
    const { hierarchy = RH.owner, userAuth = empty } = options
    return this.client.run(
      CreatePrimary,
      { primaryHandle: byPassword(named(hierarchy)) },
      { inSensitive: { userAuth, data: empty }, inPublic, outsideInfo: empty, creationPCR: [] },
    )
  }
}

/** An entity with a password. */
export const byPassword = <E extends { readonly handle: number; readonly name: Uint8Array }>(
  entity: E,
  password: Uint8Array = empty,
) => ({ ...entity, auth: passwordSession(password) })

/** Expects a command to be refused with exactly this code. */
export async function refused(rc: number, command: Promise<unknown>): Promise<void> {
  const outcome = await command.then(
    () => 'answered',
    (error: unknown) => {
      if (error instanceof TpmResponseError) return `0x${error.rc.toString(16)}`
      throw error
    },
  )
  expect(outcome).to.equal(`0x${rc.toString(16)}`)
}
