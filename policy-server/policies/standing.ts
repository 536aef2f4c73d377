import type { Announcement, LiveAnnouncement, Subject } from '../../core/policy/index.ts'
import type { Tx } from '../store/index.ts'
import { announcementsUsedBy, endingAmong } from './announcements.ts'
import { announcedTo, type InForce, type PolicyShelf } from './in-force.ts'

/** All that a machine is judged by. */
export interface Standing {
  readonly policy: InForce
  /** What is announced to it, the oldest first. */
  readonly announced: readonly LiveAnnouncement[]
  /** Announcements that ended what the policy accepts itself. */
  readonly ending: readonly Announcement[]
}

/** What judges a machine now. One that has booted by an announcement that cannot be read is refused: it may have ended values. */
export async function standingOf(
  tx: Tx,
  shelf: PolicyShelf,
  machine: Subject & { readonly id: Uint8Array },
  nowUnixMs: number,
): Promise<Standing> {
  const policy = await shelf.inForce(tx, machine)
  const to = announcedTo(machine, policy)
  const announced = await shelf.announcements.live(tx, to, nowUnixMs)
  const used = await announcementsUsedBy(tx, machine.id)
  const unreadable = (await shelf.announcements.unreadable(tx)).filter(({ name }) => used.includes(name))
  if (unreadable.length > 0) {
    const { groupVersions, referenceVersions } = policy
    return { policy: { kind: 'unreadable', unreadable, groupVersions, referenceVersions }, announced, ending: [] }
  }
  if (policy.kind !== 'one') return { policy, announced, ending: [] }
  const posted = await shelf.announcements.all(tx)
  const judging = { name: policy.policy.name, version: policy.version }
  return { policy, announced, ending: await endingAmong(tx, posted, to, judging) }
}
