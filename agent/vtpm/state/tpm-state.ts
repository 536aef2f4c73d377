import { Reader } from '../../../core/bytes/index.ts'
import { ALG, type Random, RH } from '../../../core/tpm/index.ts'
import { type Commits, noCommits } from './commits.ts'
import type { Profile } from '../profile.ts'
import type { NonceSource } from '../random-pool.ts'
import type { RsaWork } from '../keys/rsa-work.ts'
import type { StateStorage } from '../storage/storage.ts'
import { erasePersistent, eraseSaved } from './erase-persistent.ts'
import { PcrBanks } from './pcr-banks.ts'
import { encodePersistentState, noPolicy, type PersistentState, secretBytes, SHUTDOWN } from './persistent-state.ts'
import { untestedAtFirst } from './self-tests.ts'
import { SessionTable } from './session-table.ts'
import { TpmClock } from './tpm-clock.ts'
import { TransientSlots } from './transient-slots.ts'

const empty = new Uint8Array(0)

/** Hierarchy switches, and the platform's authorization: gone at each TPM Reset (Part 1, 13). */
export interface ResetState {
  readonly phEnable: boolean
  readonly phEnableNV: boolean
  readonly shEnable: boolean
  readonly ehEnable: boolean
  readonly platformAuth: Uint8Array
  readonly platformPolicy: { readonly hash: number; readonly digest: Uint8Array }
  readonly nullSeed: Uint8Array
  readonly nullProof: Uint8Array
  /** Counts Restarts since the last Reset; contexts of stClear objects from before one do not load. */
  readonly clearCount: number
  readonly commits: Commits
  /** The last id of a saved object context. */
  readonly objectContextId: bigint
  /**
   * What the command audit has come to (Part 1, 34): empty where it begins anew; undefined while the command answers that
   * changed its hash, which is not audited itself.
   */
  readonly commandAuditDigest: Uint8Array | undefined
  /** The authValue of the one group of PCRs that has one. */
  readonly pcrAuthValue: Uint8Array
}

export interface TpmParts {
  readonly storage: StateStorage
  /** For secrets. */
  readonly random: Random
  /** For what others may see. */
  readonly nonces: NonceSource
  /** Milliseconds, never going back. */
  readonly clock: () => number
  readonly profile: Profile
  readonly work: RsaWork
  /** Hears of the error that puts the TPM into failure mode. */
  readonly onFailure?: ((error: unknown) => void) | undefined
}

/** All of a TPM that is powered on: what its handlers read and change. */
export class TpmState {
  readonly profile: Profile
  readonly work: RsaWork
  readonly random: Random
  readonly nonces: NonceSource
  readonly #storage: StateStorage
  readonly #onFailure: TpmParts['onFailure']
  #persistent: PersistentState
  #isDirty = false
  clock: TpmClock
  pcrs: PcrBanks
  slots: TransientSlots
  sessions: SessionTable
  // Private, as is all that holds seeds or keys: nothing of it comes into a log by accident
  #reset: ResetState
  /** Tells the times of one power cycle from those of another, which begin at zero too. */
  timeEpoch: bigint
  /** After a successful Startup. */
  isStarted = false
  /** Where Startup came from; a Resume comes from there, too. */
  startLocality = 0
  /** Whether a Shutdown went before this power cycle. */
  wasOrderly: boolean
  /** The error that put the TPM into failure mode; only GetTestResult and GetCapability answer then. */
  failure: unknown
  /** The session that audits every command since it became exclusive (Part 1, 19.6.10). */
  exclusiveSession: number | undefined
  /** From when on, in the time of this power cycle, the two dictionary-attack counters recover. */
  healing = { triesFrom: 0n, lockoutFrom: 0n }
  /** Algorithms whose test nobody asked for in this power cycle. */
  untested = untestedAtFirst
  /** An H-CRTM sequence ran before Startup. */
  hasHcrtm = false
  /** Whether PCR_Allocate ran in this power cycle; PCRs are then not to be resumed, even if it changed nothing. */
  isReallocated = false

  constructor(parts: TpmParts, persistent: PersistentState) {
    this.profile = parts.profile
    this.work = parts.work
    this.random = parts.random
    this.nonces = parts.nonces
    this.#storage = parts.storage
    this.#onFailure = parts.onFailure
    this.#persistent = persistent
    // Without a Shutdown the clock may have shown values that were never persisted (Part 1, 36.3.2)
    this.wasOrderly = persistent.lastShutdown !== SHUTDOWN.none
    const isSafe = persistent.clockSafe === 1 && this.wasOrderly
    this.clock = new TpmClock(parts.clock, persistent.clock, isSafe)
    this.timeEpoch = new Reader(parts.nonces.draw(8)).u64()
    this.pcrs = new PcrBanks(persistent.pcrAllocation)
    this.slots = new TransientSlots(parts.profile.maxTransientObjects)
    this.sessions = this.newSessions()
    this.#reset = this.newResetState()
  }

  /** Puts the TPM into failure mode (Part 1, 12.3). */
  fail(error: unknown): void {
    this.failure = error
    this.#onFailure?.(error)
  }

  get reset(): ResetState {
    return this.#reset
  }
  set reset(state: ResetState) {
    this.#reset = state
  }
  /** Changes what a Shutdown keeps. */
  changeReset(changes: Partial<ResetState>): void {
    this.#reset = { ...this.#reset, ...changes }
    this.outdateShutdown()
  }
  /** Part 1, 12.2.4: once anything changes that it kept, a Shutdown is as if it had not been. */
  outdateShutdown(): void {
    if (this.isStarted && this.#persistent.lastShutdown !== SHUTDOWN.none) this.forgetShutdown()
  }
  /** What a Shutdown kept was taken up, or is outdated. */
  forgetShutdown(): void {
    const { saved } = this.#persistent
    this.persist({ lastShutdown: SHUTDOWN.none, saved: undefined })
    if (saved !== undefined) eraseSaved(saved)
  }
  get persistent(): PersistentState {
    return this.#persistent
  }
  /** Changes persistent state; it becomes durable before the answer to the command is sent. */
  persist(changes: Partial<PersistentState>): void {
    this.#persistent = { ...this.#persistent, ...changes }
    this.#isDirty = true
  }
  /** Makes every change durable. The only place that writes. */
  commit(): void {
    if (this.clock.isDue && this.isStarted) this.persist({ clock: this.clock.clock })
    if (!this.#isDirty) return
    this.clock.markPersisted(this.#persistent.clock)
    const bytes = encodePersistentState(this.#persistent)
    this.#storage.commit(bytes)
    bytes.fill(0)
    this.#isDirty = false
  }

  newSessions(): SessionTable {
    return new SessionTable({ loaded: this.profile.maxLoadedSessions, active: this.profile.maxActiveSessions })
  }
  newResetState(): ResetState {
    return {
      phEnable: true,
      phEnableNV: true,
      shEnable: true,
      ehEnable: true,
      platformAuth: empty,
      platformPolicy: noPolicy,
      nullSeed: this.random(secretBytes),
      nullProof: this.random(secretBytes),
      clearCount: 0,
      objectContextId: 0n,
      commits: noCommits(this.random),
      commandAuditDigest: empty,
      pcrAuthValue: empty,
    }
  }

  /** The primary seed of a hierarchy (Part 1, 14.3). */
  seedOf(hierarchy: number): Uint8Array {
    if (hierarchy === RH.endorsement) return this.#persistent.endorsementSeed
    if (hierarchy === RH.owner) return this.#persistent.ownerSeed
    if (hierarchy === RH.platform) return this.#persistent.platformSeed
    return this.reset.nullSeed
  }
  /** The proof of a hierarchy, which keys its tickets and contexts (Part 1, 14.4). */
  proofOf(hierarchy: number): Uint8Array {
    if (hierarchy === RH.endorsement) return this.#persistent.endorsementProof
    if (hierarchy === RH.owner) return this.#persistent.ownerProof
    if (hierarchy === RH.platform) return this.#persistent.platformProof
    return this.reset.nullProof
  }
  isEnabled(hierarchy: number): boolean {
    if (hierarchy === RH.endorsement) return this.reset.ehEnable
    if (hierarchy === RH.owner) return this.reset.shEnable
    if (hierarchy === RH.platform) return this.reset.phEnable
    return true
  }

  /** Zeroes every secret: of what the power kept alive, and of what the storage has. */
  erase(): void {
    this.slots.flushAll()
    for (const session of this.sessions.loaded) session.erase()
    const { nullSeed, nullProof, platformAuth, pcrAuthValue, commits } = this.reset
    for (const secret of [nullSeed, nullProof, platformAuth, pcrAuthValue, commits.nonce]) secret.fill(0)
    erasePersistent(this.#persistent)
  }
}

/** The hash of contexts, tickets and everything that only this TPM checks again. */
export const contextHash = ALG.sha512
