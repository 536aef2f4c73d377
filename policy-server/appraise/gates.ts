import { PolicyShelf } from '../policies/index.ts'
import { HeldStreams } from './admission/held-streams.ts'
import type { PowerOnContext } from './admission/power-on.ts'
import { Fleet } from './fleet/change-machine.ts'
import { defaultGroup, GroupKeys } from './group-keys.ts'
import type { Parts } from './parts.ts'
import { BootDictionary } from './release/boot-dictionary.ts'
import { ChallengeSealer } from './release/challenge.ts'
import { ReleaseGate } from './release/release-gate.ts'
import { RequestMeter } from './request-meter.ts'
import { AttestationResults } from './results/issue.ts'

/** How long things may take; what is left out has its default. */
export interface GateLimits {
  readonly heldTimeoutMs?: number
  readonly challengeLifetimeMs?: number
  /** Of one machine from one address. */
  readonly requestsPerMinute?: number
  /** Of an attestation result. */
  readonly resultLifetimeMs?: number
}

const defaultHeldTimeoutMs = 15 * 60 * 1000
const defaultChallengeLifetimeMs = 2 * 60 * 1000
/** A boot makes about five. */
const defaultRequestsPerMinute = 600
const defaultResultLifetimeMs = 10 * 60 * 1000

/** The two gates and what stands beside them, ready to be asked. */
export interface Gates extends PowerOnContext {
  readonly release: ReleaseGate
  readonly dictionary: BootDictionary
  readonly fleet: Fleet
  readonly results: AttestationResults
  readonly meter: RequestMeter
  /** Whether `close` was called: nothing new is begun then. */
  readonly isStopping: boolean
  /** Ends what waits and forgets what is secret. */
  close(): void
}

export async function openGates(parts: Parts, limits: GateLimits = {}): Promise<Gates> {
  const groupKeys = new GroupKeys(parts.store, parts.vault)
  await groupKeys.ensure(defaultGroup, parts.clock())
  const sealer = await ChallengeSealer.load(parts.store, parts.vault, parts.random)
  const shelf = new PolicyShelf()
  await parts.store.transact((tx) => shelf.announcements.endOverdue(tx, parts.clock()))
  for (const { kind, name, version, why } of await parts.store.transact((tx) => shelf.unreadable(tx)))
    parts.log.error({ kind, name, version, why }, 'a document in force cannot be read: what depends on it is refused')
  const dictionary = new BootDictionary(shelf)
  const held = new HeldStreams()
  const challengeLifetimeMs = limits.challengeLifetimeMs ?? defaultChallengeLifetimeMs
  let isStopping = false
  return {
    parts,
    groupKeys,
    shelf,
    held,
    heldTimeoutMs: limits.heldTimeoutMs ?? defaultHeldTimeoutMs,
    release: new ReleaseGate({ parts, groupKeys, shelf, sealer, dictionary, challengeLifetimeMs }),
    dictionary,
    fleet: new Fleet(parts, held, shelf),
    results: new AttestationResults(parts, shelf, limits.resultLifetimeMs ?? defaultResultLifetimeMs),
    meter: new RequestMeter(parts.clock, limits.requestsPerMinute ?? defaultRequestsPerMinute),
    get isStopping() {
      return isStopping
    },
    close: () => {
      isStopping = true
      held.close()
      sealer.close()
    },
  }
}
