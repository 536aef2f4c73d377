import type { AdminHandlers, BootHandlers, JoinHandlers } from '../../core/rpc/index.ts'
import { openGates, type AttestationResults, type GateLimits, type Parts } from '../appraise/index.ts'
import { adminHandlers } from './admin-handlers.ts'
import { bootHandlers } from './boot-handlers.ts'
import { joinHandlers } from './join-handlers.ts'

/** What the two listeners serve: `join` on the Join listener, the others on the main one. */
export interface Services {
  readonly join: JoinHandlers
  readonly boot: BootHandlers
  readonly admin: AdminHandlers
  readonly results: AttestationResults
  /** Ends requests that wait and forgets keys; the store stays open. */
  close(): void
}

/** Puts the services together over a store, a vault and a certificate authority. */
export async function createServices(parts: Parts, limits: GateLimits = {}): Promise<Services> {
  const gates = await openGates(parts, limits)
  return {
    join: joinHandlers(parts, gates.groupKeys),
    boot: bootHandlers(gates),
    admin: adminHandlers(gates),
    results: gates.results,
    close: () => {
      gates.close()
    },
  }
}

export { resultDocuments } from './result-documents.ts'
export type { GateLimits, Log, Parts } from '../appraise/index.ts'
