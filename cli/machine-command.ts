import { Argument, Option, type Command } from 'commander'
import { fromHex } from '../core/bytes/index.ts'
import { decisionDetail, invitation, machine, machineDetail, type MachineDetailAnswer } from './answers.ts'
import { parseDecisionNumber } from './ordinal.ts'
import { describeDecision } from './decision-page.ts'
import { parseValidity } from './duration.ts'
import { Failure } from './failure.ts'
import {
  describeFingerprints,
  describeIdentity,
  describeMachine,
  describeMachines,
  describeState,
  describeTier,
  nextStep,
} from './machine-page.ts'
import { moment } from './moment.ts'
import { withNearMachines, withNewestDecision } from './suggestion.ts'
import { toned } from './page.ts'
import { tierMeaning } from './words.ts'
import type { Question } from './server.ts'
import { online, type Session, type World } from './session.ts'

interface Reasoned {
  readonly reason?: string
}

interface Confirmed extends Reasoned {
  readonly yes?: true
}

const machineArgument = () => new Argument('<machine>', 'name or id of the machine')

async function show(session: Session, name: string): Promise<MachineDetailAnswer> {
  return machineDetail(await withNearMachines(session, name, session.ask('showMachine', { machine: name })))
}

/** The answer of a command that has changed a machine. */
function tellState(session: Session, detail: MachineDetailAnswer): void {
  session.answer(detail, (page) => describeState(page, detail))
  const next = detail.machine === null ? undefined : nextStep(detail.machine)
  if (next !== undefined) session.note(toned('dim', 'Next: '), next)
}

function addInvite(machines: Command, world: World): void {
  const command = machines
    .command('invite')
    .summary('make a join token for a new machine')
    .description('Makes a join token, good for one machine and a limited time. The token alone goes to stdout.')
    .argument('<name>', 'name that the machine will have')
    .option('--group <group>', 'group the machine will belong to', 'default')
    .addOption(
      new Option('--valid <time>', 'how long the token is good: 30m, 1h, 7d')
        .argParser(parseValidity)
        .default(3600, '1h'),
    )
    .addHelpText(
      'after',
      `
Examples:
  bootlatch machine invite web-1 --group web --valid 1h > web-1.token
  bootlatch machine invite web-1 | ssh web-1 bootlatch-agent enrol --token-file -`,
    )
  online<[name: string], { group: string; valid: number }>(command, world, async (session, [name], options) => {
    const request = { name, group: options.group, validSeconds: options.valid }
    const invited = invitation(await session.ask('inviteMachine', request))
    session.answer(invited, (page) => page.line(invited.token))
    session.note(
      toned('dim', 'A join token for '),
      toned('strong', name),
      toned('dim', ' of group '),
      options.group,
      toned('dim', ', good for one machine until '),
      moment(invited.expires),
      toned('dim', '.'),
    )
    session.note(toned('dim', 'Who holds it can enrol as this machine. It is shown this once.'))
    session.note(toned('dim', 'Next: '), 'bootlatch-agent enrol on the machine, then bootlatch machine accept ', name)
  })
}

function addList(machines: Command, world: World): void {
  online(machines.command('list').summary('all machines and who waits for you'), world, async (session) => {
    const answer = await session.ask('listMachines', {})
    const list = answer.machines.map(machine)
    session.answer({ machines: list }, (page) => describeMachines(page, list))
  })
}

function addShow(machines: Command, world: World): void {
  const command = machines.command('show').summary('one machine: state, identity, keys, recent decisions')
  online<[name: string], object>(command.addArgument(machineArgument()), world, async (session, [name]) => {
    const detail = await show(session, name)
    session.answer(detail, (page) => describeMachine(page, detail, world.nowMs()))
    const next = detail.machine === null ? undefined : nextStep(detail.machine)
    if (next !== undefined) session.note(toned('dim', 'Next: '), next)
  })
}

function addAccept(machines: Command, world: World): void {
  const command = machines
    .command('accept')
    .summary('let a pending machine, or one held boot, go on')
    .description(
      'Accepts a machine that has enrolled, or with --decision the one held boot that decision names.\n' +
        'Compare the machine key with the one that bootlatch-agent enrol, or bootlatch-agent status, shows there.',
    )
    .addArgument(machineArgument())
    .option('--decision <number>', 'accept only the held boot of this decision', parseDecisionNumber)
    .option('--reason <text>', 'why; kept with the decision')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Examples:
  bootlatch machine accept web-1
  bootlatch machine accept web-1 --decision 42 --reason 'kernel update, change 1234'`,
    )
  online<[name: string], Confirmed & { decision?: string }>(command, world, async (session, [name], options) => {
    const before = await show(session, name)
    const what = options.decision === undefined ? name : `the held boot of decision ${options.decision} of ${name}`
    await session.confirm(`Accept ${what}?`, options.yes, (page) => {
      describeFingerprints(page, before)
      for (const alarm of before.alarms) page.line(toned('bad', `ALARM  ${alarm}`))
    })
    const request = {
      machine: before.machine?.id ?? name,
      decision: options.decision ?? 0,
      reason: options.reason ?? '',
      expectedAkName: fromHex(before.akName ?? ''),
    }
    const after = machineDetail(await acceptedOrAdvised(session, request, before))
    if (options.decision === undefined) tellState(session, after)
    else session.answer(after, (page) => page.line(`The start of decision ${request.decision} goes on.`))
  })
}

/** Accepts; where the machine is accepted already, names the start of it that is held. */
async function acceptedOrAdvised(
  session: Session,
  request: Question<'acceptMachine'>,
  { machine }: MachineDetailAnswer,
) {
  try {
    return await session.ask('acceptMachine', request)
  } catch (thrown) {
    const held = machine?.heldDecision ?? null
    if (!(thrown instanceof Failure) || thrown.code !== 'machine/wrong-state' || held === null) throw thrown
    const advice = [`A start of it is held: bootlatch decision show ${held}`]
    throw new Failure(thrown.code, thrown.message, { cause: thrown, advice })
  }
}

function addSettle(machines: Command, world: World): void {
  const command = machines
    .command('settle')
    .summary('decide which of two copies is the machine')
    .description(
      'Ends a fork: the copy whose held request the decision names is the machine from now on.\n' +
        'It is given new keys; the certificate of the other copy is revoked. The request that is held\n' +
        'may be the thief’s: if in doubt, start the machine that you know once more and take its request.',
    )
    .addArgument(machineArgument())
    .requiredOption('--decision <number>', 'the held request of the copy that wins', parseDecisionNumber)
    .requiredOption('--reason <text>', 'why this copy is legitimate; kept with the decision')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Example:
  bootlatch decision list --machine web-1        which requests were held, when, and from where they came
  bootlatch machine settle web-1 --decision 42 --reason 'restored from Monday’s backup'`,
    )
  type Options = Confirmed & { decision: string; reason: string }
  online<[name: string], Options>(command, world, async (session, [name], options) => {
    const asked = session.ask('showDecision', { number: options.decision })
    const held = decisionDetail(await withNewestDecision(session, options.decision, asked))
    await session.confirm(`Did ${name} itself ask this, and not a copy of it?`, options.yes, (page) =>
      describeDecision(page, held, session.world.nowMs(), false),
    )
    const request = { machine: name, decision: options.decision, reason: options.reason }
    const settling = session.ask('settleFork', request)
    const settled = machineDetail(await withNearMachines(session, name, settling))
    session.answer(settled, (page) =>
      page.line(
        `The request of decision ${options.decision} is `,
        toned('strong', name),
        ': it gets new keys as soon as it hears of it, and the certificate of the other copy is revoked.',
      ),
    )
  })
}

function addLock(machines: Command, world: World): void {
  const lock = machines
    .command('lock')
    .summary('release nothing more to a machine')
    .description('From now on the machine is refused. A key that it holds already cannot be called back.')
  const unlock = machines.command('unlock').summary('undo lock')
  for (const [command, method] of [
    [lock, 'lockMachine'],
    [unlock, 'unlockMachine'],
  ] as const) {
    command.addArgument(machineArgument()).option('--reason <text>', 'why; kept with the machine')
    online<[name: string], Reasoned>(command, world, async (session, [name], { reason = '' }) => {
      const asked = session.ask(method, { machine: name, reason })
      tellState(session, machineDetail(await withNearMachines(session, name, asked)))
    })
  }
}

function addTier(machines: Command, world: World): void {
  const command = machines
    .command('tier')
    .summary('say where the machine’s TPM stands')
    .description(
      'Says of which tier a machine is, for the record. Every machine enrols as T0, whatever it says of itself. T1 is a ' +
        'person’s word that its TPM runs on a host of yours, outside the guest: look there, and compare the names of ' +
        'the EK. The word counts for this TPM alone. T2 and T3 take evidence that this version does not verify.',
    )
    .addArgument(machineArgument())
    .addArgument(new Argument('<tier>', 'what it is from now on').choices(['T0', 'T1', 'T2', 'T3']))
    .requiredOption('--reason <text>', 'how you know; kept with the machine')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Where engineers have to sign changes for the machine, as many people have to say that a tier is higher; one is enough to
lower it, and to take back a word that waits for others.

Examples:
  bootlatch machine tier web-1 T1 --reason 'swtpm of host kvm-3, EK compared, change 1234'
  bootlatch machine tier web-1 T0 --reason 'moved to a provider'`,
    )
  type Options = Confirmed & { reason: string }
  online<[name: string, tier: string], Options>(command, world, async (session, [name, tier], { reason, yes }) => {
    const before = await show(session, name)
    await session.confirm(`Say that ${name} is of tier ${tier}?`, yes, (page) => {
      describeFingerprints(page, before)
      page.line(`${tier}: ${tierMeaning[tier] ?? ''}`)
    })
    const request = {
      machine: before.machine?.id ?? name,
      tier: `TIER_${tier as 'T0'}` as const,
      reason,
      expectedAkName: fromHex(before.akName ?? ''),
    }
    const after = machineDetail(await session.ask('changeTier', request))
    session.answer(after, (page) => describeTier(page, after))
  })
}

function addRemove(machines: Command, world: World): void {
  const command = machines
    .command('remove')
    .summary('end a machine for good')
    .description('Revokes the machine’s certificate and releases its keys no more. To come back it has to enrol anew.')
    .addArgument(machineArgument())
    .option('--reason <text>', 'why; kept with the machine')
    .option('--yes', 'do not ask')
  online<[name: string], Confirmed>(command, world, async (session, [name], { reason = '', yes }) => {
    const before = await show(session, name)
    await session.confirm(`Remove ${name} for good?`, yes, (page) =>
      describeIdentity(page, before, session.world.nowMs()),
    )
    await session.ask('removeMachine', { machine: before.machine?.id ?? name, reason })
    session.answer({ removed: before.machine?.id ?? name }, (page) => page.line('Removed ', toned('strong', name), '.'))
  })
}

/** `bootlatch machine …` */
export function addMachineCommands(program: Command, world: World): void {
  const machines = program.command('machine').summary('invite, accept, lock and look at machines')
  for (const add of [addInvite, addList, addShow, addAccept, addLock, addSettle, addTier, addRemove])
    add(machines, world)
}
