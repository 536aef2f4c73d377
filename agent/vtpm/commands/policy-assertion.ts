import type { PolicyStep } from '../../../core/tpm/index.ts'
import type { PolicyState, Session } from '../state/session.ts'

/** Extends the session's policy and records what else the assertion means. */
export function assert(session: Session, step: PolicyStep, facts: Partial<PolicyState> = {}): void {
  session.policy = { ...session.policy, ...facts, digest: step(session.hash, session.policy.digest) }
}
