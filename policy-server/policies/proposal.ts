import {
  Collection,
  kindOf,
  parseAnnouncement,
  parseReferenceValues,
  parseSigners,
  type Announcement,
  type DocumentKind,
} from '../../core/policy/index.ts'
import type { Tx } from '../store/index.ts'
import { announcementWarnings } from './announce.ts'
import type { Documents, PolicyShelf } from './in-force.ts'
import { checked, checkedGroup, checkedPolicy, raised, withValues, type PolicyDocument } from './read-among.ts'

/** The documents in force now, and those that would be if one more were applied. */
export interface Proposal {
  readonly now: Documents
  readonly then: Documents
  /** The announcement that would be posted beside them. */
  readonly announcement?: Announcement | undefined
  /** The one that it would take the place of. */
  readonly former?: Announcement | undefined
}

/**
 * Reads a document as it would be applied; nothing is written.
 * @throws RpcError `policy/invalid`, as its application would.
 */
export async function proposalOf(
  tx: Tx,
  shelf: PolicyShelf,
  given: PolicyDocument,
  nowUnixMs: number,
): Promise<Proposal> {
  const now = await shelf.documents(tx)
  const kind = kindOf(given.document)
  switch (kind) {
    case undefined:
    case 'BootPolicy':
      return { now, then: withPolicy(now, given) }
    case 'Group':
      return { now, then: withGroup(now, given) }
    case 'ReferenceValues': {
      const values = checked(() => parseReferenceValues(given.document, given.source))
      return { now, then: await withValues(tx, now, values) }
    }
    case 'Announcement': {
      const announcement = checked(() => parseAnnouncement(given.document, given.source, now.collection.library))
      await announcementWarnings(tx, shelf, announcement, nowUnixMs)
      const posted = await shelf.announcements.posted(tx)
      const former = posted.find(({ row }) => row.name === announcement.name)?.announcement
      return { now, then: now, announcement, former }
    }
    case 'Signers':
      checked(() => parseSigners(given.document, given.source))
      return { now, then: now }
  }
}

function withPolicy(now: Documents, given: PolicyDocument): Documents {
  const { library, policies, groups } = now.collection
  const policy = checkedPolicy(now, given)
  const changed = new Collection(library, [...others(policies, policy.name), policy], [...groups.values()])
  const versions = { ...now.versions, policies: raised(now.versions.policies, policy.name) }
  return { collection: changed, versions, unreadable: readableBy(now, 'BootPolicy', policy.name) }
}

function withGroup(now: Documents, given: PolicyDocument): Documents {
  const { library, policies, groups } = now.collection
  const group = checkedGroup(now, given)
  const changed = new Collection(library, [...policies.values()], [...others(groups, group.name), group])
  const versions = { ...now.versions, groups: raised(now.versions.groups, group.name) }
  return { collection: changed, versions, unreadable: readableBy(now, 'Group', group.name) }
}

/** What still cannot be read once a document is another one. */
function readableBy({ unreadable }: Documents, kind: DocumentKind, name: string): Documents['unreadable'] {
  return unreadable.filter((one) => one.kind !== kind || one.name !== name)
}

function others<Document>(documents: ReadonlyMap<string, Document>, name: string): readonly Document[] {
  return [...documents].filter(([known]) => known !== name).map(([, document]) => document)
}
