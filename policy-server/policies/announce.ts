import { isHeardBy, unheard, type Announcement } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import { machineNamed, type Tx } from '../store/index.ts'
import { inForceOf, type PolicyShelf } from './in-force.ts'

/** A boot that is refused is judged by each that is live for its machine. */
const mostLive = 64

/**
 * What an announcement does not change, where it is for machines that are judged by other rules.
 * @throws RpcError `policy/invalid` where it changes nothing at all, or is over before it begins; `request/too-many`.
 */
export async function announcementWarnings(
  tx: Tx,
  shelf: PolicyShelf,
  announcement: Announcement,
  nowUnixMs: number,
): Promise<readonly string[]> {
  if (announcement.untilUnixMs <= nowUnixMs)
    throw new RpcError('policy/invalid', `${announcement.name} ends before it begins: until is over.`)
  const live = (await shelf.announcements.posted(tx)).filter(
    ({ announcement: { name, untilUnixMs }, withdrawn, hasEnded }) =>
      name !== announcement.name && withdrawn === undefined && !hasEnded && nowUnixMs < untilUnixMs,
  )
  if (live.length >= mostLive)
    throw new RpcError('request/too-many', `${live.length} announcements are live: withdraw some.`)
  const warnings: string[] = []
  let isHeard = false
  const documents = await shelf.documents(tx)
  for (const { words, ...subject } of await subjectsOf(tx, announcement)) {
    const inForce = inForceOf(documents, subject)
    if (inForce.kind !== 'one') {
      warnings.push(`no one policy is in force for ${words}: nothing is announced to it`)
      continue
    }
    const missing = unheard(announcement, inForce.policy)
    isHeard ||= isHeardBy(announcement, inForce.policy)
    for (const what of missing)
      warnings.push(`${inForce.policy.name}, the policy of ${words}, says nothing of ${what}: it stays so`)
  }
  if (!isHeard) throw new RpcError('policy/invalid', `${announcement.name} changes nothing: ${warnings.join('; ')}.`)
  return [...new Set(warnings)]
}

/** Whom it is for: the machines that it names, and those of the groups; a group that has none stands for itself. */
async function subjectsOf(tx: Tx, { machines, groups }: Announcement) {
  const subjects: { readonly name: string; readonly groupName: string; readonly words: string }[] = []
  for (const name of machines) {
    const machine = await machineNamed(tx, name)
    subjects.push({ name, groupName: machine?.groupName ?? '', words: `the machine ${name}` })
  }
  for (const groupName of groups) {
    const members = await tx
      .selectFrom('machines')
      .select('name')
      .where('groupName', '=', groupName)
      .where('state', '<>', 'removed')
      .execute()
    for (const { name } of members) subjects.push({ name, groupName, words: `the machine ${name}` })
    if (members.length === 0) subjects.push({ name: '', groupName, words: `the group ${groupName}` })
  }
  return subjects
}
