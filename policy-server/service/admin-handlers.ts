import type { ServerWritableStream } from '@grpc/grpc-js'
import type {
  AdminHandlers,
  MachineDetail,
  PreviewPolicyEvent,
  PreviewPolicyRequest__Output,
} from '../../core/rpc/index.ts'
import { diffDecisions, invite, learn, machineMeant, preview, propose, type Gates } from '../appraise/index.ts'
import { listDecisions, type Tx } from '../store/index.ts'
import { decisionMessage, previewMessage, reasonMessage } from './admin-messages.ts'
import { decisionDetail, machineDetail, machineOrAll, machines, serverStatus, volumeKeys } from './admin-reports.ts'
import { answering, operatorOf, streaming, type AdminMethod } from './answering.ts'
import { checked, requests } from './checked.ts'
import { besideMessage } from './effective-message.ts'
import { policyHandlers } from './policy-handlers.ts'

const defaultDecisions = 50

/** The operators' service over gRPC. */
export function adminHandlers(gates: Gates): AdminHandlers {
  const { parts, fleet, shelf, groupKeys } = gates
  const { store, log, ca } = parts

  /** Only an operator gets in; what he does is done in his name. */
  const admin: AdminMethod = (method, work) =>
    answering(log, `Admin.${method}`, (call) => {
      const { name, spkiSha256 } = operatorOf(ca, call)
      return work(call.request, name, spkiSha256)
    })
  const read = <Answer>(work: (tx: Tx) => Promise<Answer>): Promise<Answer> => store.transact(work)
  const shown = async (id: Promise<Uint8Array>): Promise<MachineDetail> => {
    const machineId = await id
    return await read((tx) => machineDetail(tx, gates, machineId))
  }

  return {
    GetServerStatus: admin('GetServerStatus', (request) => {
      checked(requests.nothing, request)
      return read((tx) => serverStatus(tx, gates))
    }),
    InviteMachine: admin('InviteMachine', (request, operator) =>
      invite(parts, groupKeys, { ...checked(requests.inviteMachine, request), operator }),
    ),
    ListMachines: admin('ListMachines', async (request) => {
      checked(requests.nothing, request)
      return { machines: await read((tx) => machines(tx, gates)) }
    }),
    ShowMachine: admin('ShowMachine', (request) => {
      const { machine } = checked(requests.machine, request)
      return read(async (tx) => machineDetail(tx, gates, (await machineMeant(tx, machine)).id))
    }),
    AcceptMachine: admin('AcceptMachine', (request, operator, operatorKey) =>
      shown(fleet.accept({ ...checked(requests.acceptMachine, request), operator, operatorKey })),
    ),
    SettleFork: admin('SettleFork', (request, operator) =>
      shown(fleet.settleFork({ ...checked(requests.settleFork, request), operator })),
    ),
    LockMachine: admin('LockMachine', (request, operator) =>
      shown(fleet.lock({ ...checked(requests.order, request), operator })),
    ),
    UnlockMachine: admin('UnlockMachine', (request, operator) =>
      shown(fleet.unlock({ ...checked(requests.order, request), operator })),
    ),
    ChangeTier: admin('ChangeTier', (request, operator, operatorKey) =>
      shown(fleet.changeTier({ ...checked(requests.changeTier, request), operator, operatorKey })),
    ),
    RemoveMachine: admin('RemoveMachine', async (request, operator) => {
      await fleet.remove({ ...checked(requests.order, request), operator })
      return {}
    }),
    ...policyHandlers(gates, admin),
    PreviewPolicy: streaming(
      log,
      'Admin.PreviewPolicy',
      async function* (call: ServerWritableStream<PreviewPolicyRequest__Output, PreviewPolicyEvent>, gone) {
        operatorOf(ca, call)
        const request = checked(requests.previewPolicy, call.request)
        for await (const event of preview({ store, shelf, clock: parts.clock }, request, gone))
          yield previewMessage(event)
      },
    ),
    ProposePolicy: admin('ProposePolicy', (request) => {
      const given = checked(requests.proposePolicy, request)
      return read(async (tx) => {
        const { changes, remaining, beside, ...proposed } = await propose(tx, shelf, given)
        return {
          ...proposed,
          changes: [...changes],
          remaining: remaining.map(reasonMessage),
          expected: besideMessage(beside),
        }
      })
    }),
    LearnPolicy: admin('LearnPolicy', (request) => {
      const { machine, name } = checked(requests.learnPolicy, request)
      return read((tx) => learn(tx, machine, name))
    }),
    ListDecisions: admin('ListDecisions', async (request) => {
      const { machine, limit, before } = checked(requests.listDecisions, request)
      const found = await read(async (tx) =>
        listDecisions(tx, {
          machineId: (await machineOrAll(tx, machine))?.id,
          before: before === 0 ? undefined : before,
          limit: limit === 0 ? defaultDecisions : limit,
        }),
      )
      return { decisions: found.map(decisionMessage) }
    }),
    ShowDecision: admin('ShowDecision', (request) => {
      const { number } = checked(requests.showDecision, request)
      return read((tx) => decisionDetail(tx, number))
    }),
    AttestDecision: admin('AttestDecision', (request, operator) => {
      const { decision, ...asked } = checked(requests.attestDecision, request)
      return gates.results.ofDecision(decision, asked, operator)
    }),
    DiffBoots: admin('DiffBoots', (request) => {
      const { before, after } = checked(requests.diffBoots, request)
      return read(async (tx) => ({ words: [...(await diffDecisions(tx, gates.dictionary, before, after))] }))
    }),
    ListKeys: admin('ListKeys', async (request) => {
      const { machine } = checked(requests.listKeys, request)
      return { keys: await read(async (tx) => volumeKeys(tx, await machineOrAll(tx, machine))) }
    }),
  }
}
