import { digestSize, type TPMT_SYM_DEF } from '../../../core/tpm/index.ts'

/** A digest the authorized command must have; a policy can ask for one of them only (Part 1, 19.7.7). */
export interface CommandBinding {
  readonly of: 'cpHash' | 'nameHash' | 'templateHash'
  readonly digest: Uint8Array
}

/** What policy commands have asserted so far (Part 1, 19.7). */
export interface PolicyState {
  readonly digest: Uint8Array
  readonly commandCode: number | undefined
  /** Localities that are left, as TPMA_LOCALITY (above 31 the one extended locality); undefined for any. */
  readonly locality: number | undefined
  readonly authValueNeeded: boolean
  readonly passwordNeeded: boolean
  readonly physicalPresenceNeeded: boolean
  /** Whether the NV index to be authorized must have been written, or must not. */
  readonly nvWritten: boolean | undefined
  /** The PCR update counter that PolicyPCR saw. */
  readonly pcrCounter: number | undefined
  readonly binding: CommandBinding | undefined
  /** Milliseconds of the TPM's time after which the policy no longer holds. */
  readonly expiresAt: bigint | undefined
}

export const initialPolicy = (hash: number): PolicyState => ({
  digest: new Uint8Array(digestSize(hash)),
  commandCode: undefined,
  locality: undefined,
  authValueNeeded: false,
  passwordNeeded: false,
  physicalPresenceNeeded: false,
  nvWritten: undefined,
  pcrCounter: undefined,
  binding: undefined,
  expiresAt: undefined,
})

export type SessionType = 'hmac' | 'policy' | 'trial'

/** A loaded session; only nonceTPM, the policy and the audit digest change during its life. */
export class Session {
  readonly kind = 'session'
  readonly handle: number
  readonly type: SessionType
  readonly hash: number
  readonly symmetric: TPMT_SYM_DEF
  readonly #key: Uint8Array
  readonly #boundTo: Uint8Array | undefined
  /** Whether the entity it was started with is protected against guessing, and whether it is the lockout hierarchy. */
  readonly daBound: 'no' | 'object' | 'lockout'
  readonly startedAt: bigint
  /** Of the power cycle whose time `startedAt` and the policy's limits are. */
  readonly timeEpoch: bigint
  nonceTPM: Uint8Array
  policy: PolicyState
  auditDigest: Uint8Array | undefined

  constructor(start: {
    readonly handle: number
    readonly type: SessionType
    readonly hash: number
    readonly symmetric: TPMT_SYM_DEF
    readonly key: Uint8Array
    readonly boundTo: Uint8Array | undefined
    readonly daBound: 'no' | 'object' | 'lockout'
    readonly startedAt: bigint
    readonly timeEpoch: bigint
    readonly nonceTPM: Uint8Array
  }) {
    this.handle = start.handle
    this.type = start.type
    this.hash = start.hash
    this.symmetric = start.symmetric
    this.#key = start.key
    this.#boundTo = start.boundTo
    this.daBound = start.daBound
    this.startedAt = start.startedAt
    this.timeEpoch = start.timeEpoch
    this.nonceTPM = start.nonceTPM
    this.policy = initialPolicy(start.hash)
  }

  get key(): Uint8Array {
    return this.#key
  }
  /** The entity it is bound to, with its authValue of then; undefined for an unbound session, and once it has audited. */
  get boundTo(): Uint8Array | undefined {
    return this.auditDigest === undefined ? this.#boundTo : undefined
  }
  get isPolicy(): boolean {
    return this.type !== 'hmac'
  }

  erase(): void {
    this.#key.fill(0)
  }
  toJSON(): string {
    return `session 0x${this.handle.toString(16)}`
  }
}

/** Whether a time limit of a session is over; all are, once the time of another power cycle runs. */
export const hasExpired = (
  now: { readonly clock: { readonly time: bigint }; readonly timeEpoch: bigint },
  session: Session,
  limit: bigint,
): boolean => limit < now.clock.time || session.timeEpoch !== now.timeEpoch
