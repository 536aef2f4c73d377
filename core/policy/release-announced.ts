import { type VerifiedEvidence } from '../evidence/index.ts'
import { withAnnounced, withoutOldValues, type Announcement, type LiveAnnouncement } from './announcement.ts'
import { type BootPolicy } from './boot-policy.ts'
import { evaluateRelease, type ReleaseFacts } from './release.ts'
import { type Verdict } from './verdict.ts'

export interface AnnouncedVerdict {
  readonly verdict: Verdict
  /** Announcements without each of which it would be a refusal; none where the policy alone says so. */
  readonly needed: readonly LiveAnnouncement[]
}

/**
 * Gate 2 with what is announced: the policy alone first, then with one announcement, the oldest first, then with all. `ending` are
 * announcements, live or gone, that ended what the policy accepts itself where they name values.
 */
export function evaluateAnnounced(
  policy: BootPolicy,
  live: readonly LiveAnnouncement[],
  evidence: VerifiedEvidence,
  facts: ReleaseFacts,
  ending: readonly Announcement[] = [],
): AnnouncedVerdict {
  const own = withoutOldValues(policy, live, ending)
  const judgedWith = (some: readonly LiveAnnouncement[]) => evaluateRelease(withAnnounced(own, some), evidence, facts)

  const alone = judgedWith([])
  if (live.length === 0 || alone.outcome !== 'deny') return { verdict: alone, needed: [] }
  const whole = judgedWith(live)
  if (whole.outcome === 'deny') return { verdict: whole, needed: [] }

  for (const one of live) {
    const verdict = judgedWith([one])
    if (verdict.outcome !== 'deny') return { verdict, needed: [one] }
  }
  let needed = live
  for (const one of live) {
    const others = needed.filter((other) => other !== one)
    if (judgedWith(others).outcome !== 'deny') needed = others
  }
  return { verdict: judgedWith(needed), needed }
}
