import { parseAnnouncement, type Announcement, type Library, type LiveAnnouncement } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import type { Row, Tx } from '../store/index.ts'
import { Compiled, type Unreadable, type VersionsByName } from './compiled.ts'
import { newestVersion } from './versions.ts'

/** A machine as announcements find it. */
export interface AnnouncedTo {
  readonly id: Uint8Array
  readonly name: string
  /** Its own group, and those that this one belongs to. */
  readonly groups: readonly string[]
}

/** An announcement as it was put in force, and what has become of it. */
export interface PostedAnnouncement {
  readonly announcement: Announcement
  readonly row: Row<'announcements'>
  readonly withdrawn: Row<'withdrawnAnnouncements'> | undefined
  /** Whether its time was seen to be over, whatever the clock says now. */
  readonly hasEnded: boolean
}

interface Written extends Pick<PostedAnnouncement, 'announcement' | 'row'> {
  readonly library: Library
}

/** What announcements refer to, as it is now. */
interface Referred {
  readonly collection: { readonly library: Library }
  readonly versions: { readonly references: VersionsByName }
}

/** The newest version of every announcement, read and compiled once. */
export class AnnouncementBoard {
  readonly #compiled = new Compiled<Written>('Announcement')
  readonly #documents: (tx: Tx) => Promise<Referred>

  constructor(documents: (tx: Tx) => Promise<Referred>) {
    this.#documents = documents
  }

  /** By name; what is over is among them. */
  async posted(tx: Tx): Promise<readonly PostedAnnouncement[]> {
    const written = await this.#written(tx)
    const withdrawn = await tx.selectFrom('withdrawnAnnouncements').selectAll().execute()
    const ended = await tx.selectFrom('endedAnnouncements').select(['name', 'version']).execute()
    const byName = written.toSorted((left, right) => (left.row.name < right.row.name ? -1 : 1))
    return byName.map(({ announcement, row }) => {
      const isThis = ({ name, version }: Version): boolean => name === row.name && version === row.version
      return { announcement, row, withdrawn: withdrawn.find(isThis), hasEnded: ended.some(isThis) }
    })
  }

  /** What is posted, by itself. */
  async all(tx: Tx): Promise<readonly Announcement[]> {
    return (await this.#written(tx)).map(({ announcement }) => announcement)
  }

  async unreadable(tx: Tx): Promise<readonly Unreadable[]> {
    await this.#written(tx)
    return this.#compiled.unreadable
  }

  async #written(tx: Tx): Promise<readonly Written[]> {
    const { library } = (await this.#documents(tx)).collection
    return await this.#compiled.newest(tx, {
      compile: (row) => ({
        announcement: parseAnnouncement(row.document, row.source, library, 'accept nothing'),
        row,
        library,
      }),
      isUpToDate: (written) =>
        written.announcement.references.every((name) => library.get(name) === written.library.get(name)),
    })
  }

  /** Keeps in mind which are over: a clock that is set back does not bring them back. */
  async endOverdue(tx: Tx, nowUnixMs: number): Promise<void> {
    for (const { announcement, row, hasEnded } of await this.posted(tx))
      if (!hasEnded && nowUnixMs >= announcement.untilUnixMs)
        await tx
          .insertInto('endedAnnouncements')
          .values({ name: row.name, version: row.version, endedUnixMs: nowUnixMs })
          .execute()
  }

  /** Those that are not gone for a machine, the oldest first. */
  async live(tx: Tx, machine: AnnouncedTo, nowUnixMs: number): Promise<readonly LiveAnnouncement[]> {
    const { references } = (await this.#documents(tx)).versions
    return await liveAmong(tx, await this.posted(tx), { machine, references }, nowUnixMs)
  }
}

/** Those of the posted that are not gone for a machine, the oldest first. */
export async function liveAmong(
  tx: Tx,
  posted: readonly PostedAnnouncement[],
  { machine, references }: { readonly machine: AnnouncedTo; readonly references: VersionsByName },
  nowUnixMs: number,
): Promise<readonly LiveAnnouncement[]> {
  const live: (LiveAnnouncement & { readonly appliedUnixMs: number })[] = []
  for (const { announcement, row, withdrawn, hasEnded } of posted) {
    const isOver = withdrawn !== undefined || hasEnded || nowUnixMs >= announcement.untilUnixMs
    if (isOver || !isFor(announcement, machine)) continue
    const { version, appliedUnixMs } = row
    const bootsUsed = await usesOf(tx, row, machine.id)
    if (bootsUsed >= (announcement.boots ?? Infinity)) continue
    const used = announcement.references.map((name) => [name, references.get(name) ?? 0] as const)
    live.push({ announcement, version, bootsUsed, appliedUnixMs, referenceVersions: Object.fromEntries(used) })
  }
  return live.sort((left, right) => left.appliedUnixMs - right.appliedUnixMs)
}

/**
 * Announcements by which a machine has booted and that ended, for it, what the policy accepts itself: they do so until the policy
 * has another version, whether they are live, used up, over or withdrawn. Nobody's signature is asked for to withdraw one, and
 * that must not bring the old values back.
 */
export async function endingAmong(
  tx: Tx,
  announcements: readonly Announcement[],
  machine: AnnouncedTo,
  policy: { readonly name: string; readonly version: number },
): Promise<readonly Announcement[]> {
  const ending = announcements.filter(
    (announcement) => announcement.oldValues === 'refuseOnceBooted' && isFor(announcement, machine),
  )
  if (ending.length === 0) return []
  const uses = await tx
    .selectFrom('announcementUses')
    .innerJoin('decisions', 'decisions.number', 'announcementUses.decision')
    .select('announcementUses.name')
    .where('announcementUses.machineId', '=', machine.id)
    .where('decisions.policy', '=', policy.name)
    .where('decisions.policyVersion', '=', policy.version)
    .execute()
  return ending.filter((announcement) => uses.some(({ name }) => name === announcement.name))
}

/** Names of announcements by which a machine has booted. */
export async function announcementsUsedBy(tx: Tx, machineId: Uint8Array): Promise<readonly string[]> {
  const uses = await tx.selectFrom('announcementUses').select('name').where('machineId', '=', machineId).execute()
  return uses.map(({ name }) => name)
}

const isFor = ({ machines, groups }: Announcement, machine: AnnouncedTo): boolean =>
  machines.includes(machine.name) || machine.groups.some((group) => groups.includes(group))

/** What is live for a machine once another announcement is posted under its name. */
export function withPosted(
  live: readonly LiveAnnouncement[],
  posted: Announcement | undefined,
  machine: AnnouncedTo,
): readonly LiveAnnouncement[] {
  if (posted === undefined) return live
  const others = live.filter(({ announcement }) => announcement.name !== posted.name)
  return isFor(posted, machine) ? [...others, { announcement: posted, version: 0, bootsUsed: 0 }] : others
}

type Version = Pick<Row<'announcements'>, 'name' | 'version'>

function withdrawalOf(tx: Tx, { name, version }: Version): Promise<Row<'withdrawnAnnouncements'> | undefined> {
  return tx
    .selectFrom('withdrawnAnnouncements')
    .selectAll()
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirst()
}

async function usesOf(tx: Tx, { name, version }: Version, machineId: Uint8Array): Promise<number> {
  const { used } = await tx
    .selectFrom('announcementUses')
    .select((select) => select.fn.countAll<number>().as('used'))
    .where('name', '=', name)
    .where('version', '=', version)
    .where('machineId', '=', machineId)
    .executeTakeFirstOrThrow()
  return used
}

/** Uses announcements up with the decision that needed them: two decisions that would take the same boot run into each other. */
export async function useAnnouncements(
  tx: Tx,
  needed: readonly LiveAnnouncement[],
  used: { readonly machineId: Uint8Array; readonly decision: number; readonly usedUnixMs: number },
): Promise<void> {
  for (const {
    announcement: { name },
    version,
    bootsUsed,
  } of needed)
    await tx
      .insertInto('announcementUses')
      .values({ ...used, name, version, ordinal: bootsUsed + 1 })
      .execute()
}

/** A boot that got its keys by an announcement. */
export interface AnnouncementUse {
  readonly machine: string
  readonly ordinal: number
  readonly decision: number
}

/** In the order of decisions. */
export function announcementUses(tx: Tx, { name, version }: Version): Promise<readonly AnnouncementUse[]> {
  return tx
    .selectFrom('announcementUses')
    .innerJoin('machines', 'machines.id', 'announcementUses.machineId')
    .select(['machines.name as machine', 'ordinal', 'decision'])
    .where('announcementUses.name', '=', name)
    .where('version', '=', version)
    .orderBy('decision')
    .execute()
}

/**
 * Ends an announcement before its time: it can only ever let more through.
 * @throws RpcError `policy/unknown`.
 */
export async function withdrawAnnouncement(
  tx: Tx,
  name: string,
  { by: withdrawnBy, unixMs: withdrawnUnixMs, reason }: { by: string; unixMs: number; reason: string },
): Promise<void> {
  const row = await newestVersion(tx, 'announcements', name)
  if (row === undefined) throw new RpcError('policy/unknown', `There is no announcement named ${name}.`)
  if ((await withdrawalOf(tx, row)) !== undefined)
    throw new RpcError('policy/unknown', `Version ${row.version} of ${name} is withdrawn already.`)
  const { version } = row
  await tx
    .insertInto('withdrawnAnnouncements')
    .values({ name, version, withdrawnBy, withdrawnUnixMs, reason })
    .execute()
}
