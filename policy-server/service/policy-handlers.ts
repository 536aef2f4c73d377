import type { AdminHandlers } from '../../core/rpc/index.ts'
import { machineMeant, type Gates } from '../appraise/index.ts'
import {
  announcementUses,
  applyPolicy,
  listPolicies,
  proposalNumbered,
  proposalRecords,
  recordOf,
  showPolicy,
  versionsOf,
  withdrawAnnouncement,
  withdrawProposal,
  type AppliedPolicy,
  type DocumentRecord,
} from '../policies/index.ts'
import type { AdminMethod } from './answering.ts'
import { checked, requests } from './checked.ts'
import { effectiveMessage } from './effective-message.ts'
import { announcementMessage, policyMessage } from './policy-messages.ts'

type PolicyHandlers = Pick<
  AdminHandlers,
  | 'ApplyPolicy'
  | 'ShowPolicy'
  | 'ShowEffectivePolicy'
  | 'ListPolicies'
  | 'ListPolicyVersions'
  | 'ListProposals'
  | 'ShowProposal'
  | 'WithdrawProposal'
  | 'ListAnnouncements'
  | 'WithdrawAnnouncement'
>

/** The part of the operators' service that is about documents: their versions, signatures and announcements. */
export function policyHandlers({ parts, shelf }: Gates, admin: AdminMethod): PolicyHandlers {
  const { store, ca, clock } = parts
  const { serverId } = ca
  const counting = () => ({ serverId, unixMs: clock() })
  const message = async (applied: AppliedPolicy) =>
    policyMessage(await store.transact((tx) => recordOf(tx, applied)), serverId)
  /** Documents may be long, and lists of them longer than an answer. */
  const listed = (records: readonly DocumentRecord[]) =>
    records.map((record) => ({ ...policyMessage(record, serverId), document: '' }))

  return {
    ApplyPolicy: admin('ApplyPolicy', async (request, by) => {
      const { document, source, ...said } = checked(requests.applyPolicy, request)
      const applied = { by, unixMs: clock(), serverId, ...said }
      return message(await applyPolicy(store, shelf, { document, source }, applied))
    }),
    ShowPolicy: admin('ShowPolicy', async (request) => {
      const { name, version, kind } = checked(requests.showPolicy, request)
      return message(await showPolicy(store, shelf, name, version, kind))
    }),
    ShowEffectivePolicy: admin('ShowEffectivePolicy', (request) => {
      const { machine } = checked(requests.machine, request)
      return store.transact(async (tx) => {
        const meant = await machineMeant(tx, machine)
        return effectiveMessage(meant, await shelf.inForce(tx, meant))
      })
    }),
    ListPolicies: admin('ListPolicies', async (request) => {
      checked(requests.nothing, request)
      return { policies: await Promise.all((await listPolicies(store, shelf)).map(message)) }
    }),
    ListPolicyVersions: admin('ListPolicyVersions', async (request) => {
      const { name } = checked(requests.policyNamed, request)
      return { versions: listed(await store.transact((tx) => versionsOf(tx, name))) }
    }),
    ListProposals: admin('ListProposals', async (request) => {
      checked(requests.nothing, request)
      return { proposals: listed(await store.transact((tx) => proposalRecords(tx, shelf, counting()))) }
    }),
    ShowProposal: admin('ShowProposal', async (request) => {
      const { proposal } = checked(requests.showProposal, request)
      return policyMessage(await store.transact((tx) => proposalNumbered(tx, shelf, proposal, counting())), serverId)
    }),
    WithdrawProposal: admin('WithdrawProposal', async (request, by) => {
      const { proposal, reason } = checked(requests.withdrawProposal, request)
      await store.transact((tx) => withdrawProposal(tx, proposal, { by, unixMs: clock(), reason }))
      return {}
    }),
    ListAnnouncements: admin('ListAnnouncements', (request) => {
      checked(requests.nothing, request)
      return store.transact(async (tx) => {
        const posted = await shelf.announcements.posted(tx)
        const announcements = posted.map(async (one) =>
          announcementMessage(one, await announcementUses(tx, one.row), clock()),
        )
        return { announcements: await Promise.all(announcements) }
      })
    }),
    WithdrawAnnouncement: admin('WithdrawAnnouncement', async (request, by) => {
      const { name, reason } = checked(requests.withdrawAnnouncement, request)
      await store.transact((tx) => withdrawAnnouncement(tx, name, { by, unixMs: clock(), reason }))
      return {}
    }),
  }
}
