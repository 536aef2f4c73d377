import {
  RpcError,
  type DecisionDetail,
  type Machine,
  type MachineDetail,
  type ServerStatus,
  type VolumeKey,
} from '../../core/rpc/index.ts'
import { machineMeant, type Gates } from '../appraise/index.ts'
import { peopleDemanded, type Unreadable } from '../policies/index.ts'
import {
  actionsOn,
  alarmsOf,
  eksOf,
  findDecision,
  findMachine,
  heldRequest,
  identityShown,
  listDecisions,
  listMachines,
  tierWordsOf,
  waitingRequests,
  type Row,
  type Tx,
} from '../store/index.ts'
import {
  actionMessage,
  decisionDetailMessage,
  decisionMessage,
  machineMessage,
  retiredKeysMessage,
  tierWordMessage,
  volumeKeyMessage,
} from './admin-messages.ts'

const recentDecisions = 10
const recentActions = 10
const recentRetirements = 10
const expiryWarningMs = 30 * 24 * 60 * 60 * 1000

export async function machineReport(tx: Tx, gates: Gates, machine: Row<'machines'>): Promise<Machine> {
  const [newest] = await listDecisions(tx, { machineId: machine.id, before: undefined, limit: 1 })
  const [waiting] = await waitingRequests(tx, machine.id)
  return machineMessage(machine, {
    policy: await gates.shelf.inForce(tx, machine),
    lastDecision: newest?.number ?? 0,
    heldDecision: waiting?.decision ?? 0,
  })
}

/** @throws RpcError `machine/unknown`. */
export async function machineDetail(tx: Tx, gates: Gates, id: Uint8Array): Promise<MachineDetail> {
  const machine = await findMachine(tx, id)
  if (machine === undefined) throw new RpcError('machine/unknown')
  const identity = await identityShown(tx, id)
  const eks = identity === undefined ? [] : await eksOf(tx, identity.id)
  const recent = await listDecisions(tx, { machineId: id, before: undefined, limit: recentDecisions })
  const words = await tierWordsOf(tx, id)
  return {
    machine: await machineReport(tx, gates, machine),
    akName: identity?.akName ?? new Uint8Array(0),
    ekNames: eks.map(({ ekName }) => ekName),
    machineKey: identity?.machineKeySha256 ?? new Uint8Array(0),
    stateGeneration: identity?.generation ?? 0,
    recent: recent.map(decisionMessage),
    keys: await volumeKeys(tx, machine),
    alarms: [...(await alarmsOf(tx, id))],
    instance: identity?.instance ?? '',
    tierWords: words.filter(({ tier }) => tier === machine.tier).map(tierWordMessage),
    tierWaiting: words.filter(({ tier }) => tier !== machine.tier).map(tierWordMessage),
    tierPeople: await peopleFor(tx, gates, machine),
    actions: (await actionsOn(tx, id, recentActions)).map(actionMessage),
  }
}

/** Nobody, where a document that would say how many cannot be read. */
async function peopleFor(tx: Tx, { parts, shelf }: Gates, machine: Row<'machines'>): Promise<number> {
  try {
    return await peopleDemanded(tx, shelf, machine, parts.clock())
  } catch (error) {
    if (error instanceof RpcError) return 0
    throw error
  }
}

export async function machines(tx: Tx, gates: Gates): Promise<Machine[]> {
  const reports: Machine[] = []
  for (const machine of await listMachines(tx)) reports.push(await machineReport(tx, gates, machine))
  return reports
}

/** @throws RpcError `decision/unknown`. */
export async function decisionDetail(tx: Tx, number: number): Promise<DecisionDetail> {
  const decision = await findDecision(tx, number)
  if (decision === undefined) throw new RpcError('decision/unknown')
  return decisionDetailMessage(decision, await heldRequest(tx, number))
}

/** Metadata of the volume keys of one machine, or of all. */
export async function volumeKeys(tx: Tx, machine: Row<'machines'> | undefined): Promise<VolumeKey[]> {
  let query = tx
    .selectFrom('volumeKeys')
    .innerJoin('machines', 'machines.id', 'volumeKeys.machineId')
    .selectAll('volumeKeys')
    .select('machines.name as machineName')
  if (machine !== undefined) query = query.where('machineId', '=', machine.id)
  const rows = await query.orderBy('machines.name').orderBy('volumeKeys.createdUnixMs').execute()
  return rows.map(({ machineName, ...key }) => volumeKeyMessage(key, machineName))
}

export async function serverStatus(tx: Tx, { parts, shelf }: Gates): Promise<ServerStatus> {
  const { server, vault, ca } = parts
  const live = await listMachines(tx)
  const waiting = await tx
    .selectFrom('heldRequests')
    .innerJoin('machines', 'machines.id', 'heldRequests.machineId')
    .select((select) => select.fn.count<number>('machineId').distinct().as('machines'))
    .where('resolution', 'is', null)
    .where('machines.state', '<>', 'removed')
    .executeTakeFirstOrThrow()
  const counter = await tx
    .selectFrom('counters')
    .select('value')
    .where('name', '=', 'decisions')
    .executeTakeFirstOrThrow()
  return {
    version: server.version,
    serverId: ca.serverId,
    startedUnixMs: server.startedUnixMs,
    mainAddress: server.mainAddress,
    joinAddress: server.joinAddress,
    keyProvider: vault.protection.provider,
    warnings: [
      ...vault.protection.warnings,
      ...expiryWarnings(server.serverCertificateExpiresUnixMs - parts.clock()),
      ...(await shelf.unreadable(tx)).map(unreadableWarning),
      ...live.flatMap(machineWarnings),
    ],
    machines: live.length,
    held: waiting.machines,
    decisions: counter.value,
    serverCertificateExpiresUnixMs: server.serverCertificateExpiresUnixMs,
    retiredResultKeys: (await retirements(tx)).map(retiredKeysMessage),
  }
}

function retirements(tx: Tx): Promise<readonly Row<'retiredResultKeys'>[]> {
  return tx.selectFrom('retiredResultKeys').selectAll().orderBy('id', 'desc').limit(recentRetirements).execute()
}

function expiryWarnings(leftMs: number): readonly string[] {
  if (leftMs > expiryWarningMs) return []
  if (leftMs <= 0) return ['the server certificate has expired: machines do not trust this server any more']
  return [`the server certificate expires in ${Math.ceil(leftMs / (24 * 60 * 60 * 1000))} days`]
}

const unreadableWarning = ({ kind, name, version, why }: Unreadable): string =>
  `${kind} ${name} version ${version} cannot be read by this version of the server, and what depends on it is refused: ${why}`

function machineWarnings({ name, state }: Row<'machines'>): readonly string[] {
  if (state === 'forked') return [`${name} is forked: two copies of it asked to start`]
  return state === 'conflict' ? [`${name} has the EK or AK of another machine`] : []
}

/** The machine an operator means, or none where he names none. */
export async function machineOrAll(tx: Tx, reference: string): Promise<Row<'machines'> | undefined> {
  return reference === '' ? undefined : await machineMeant(tx, reference)
}
