import type {
  DecisionAnswer,
  MachineAnswer,
  MachineDetailAnswer,
  OperatorActionAnswer,
  VolumeKeyAnswer,
} from './answers.ts'
import { moment, momentAgo } from './moment.ts'
import { toned, type Cell, type Page } from './page.ts'
import { outcomeCell, stateCell, stateMeaning, tierMeaning } from './words.ts'

function note(machine: MachineAnswer): Cell {
  if (machine.heldDecision !== null) return toned('warn', `decision ${machine.heldDecision} waits for you`)
  return machine.acceptsDiskOnlyIdentity ? toned('warn', 'admitted on what its disk holds') : ''
}

export function describeMachines(page: Page, machines: readonly MachineAnswer[]): Page {
  if (machines.length === 0) return page.line('No machines. Invite one: bootlatch machine invite NAME')
  return page.table(
    ['NAME', 'GROUP', 'STATE', 'TIER', 'POLICY', 'LAST BOOT', ''],
    machines.map((machine) => [
      toned('strong', machine.name),
      machine.group,
      stateCell(machine.state),
      machine.tier,
      machine.policy ?? toned('dim', 'none'),
      moment(machine.lastBoot),
      note(machine),
    ]),
  )
}

type Fact = readonly [name: string, ...values: readonly Cell[]]

function fingerprints(detail: MachineDetailAnswer): readonly Fact[] {
  return [
    ['Machine key', detail.machineKey ?? 'none'],
    ['AK name', detail.akName ?? 'none'],
    ...detail.ekNames.map((name): Fact => ['EK name', name]),
  ]
}

/** What a person compares with what the machine says of itself before accepting it. */
export const describeFingerprints = (page: Page, detail: MachineDetailAnswer): Page => page.facts(fingerprints(detail))

export function describeKeys(page: Page, keys: readonly VolumeKeyAnswer[]): Page {
  return page.table(
    ['VOLUME', 'VERSION', 'ORIGIN', 'CREATED', 'LAST RELEASED'],
    keys.map((key) => [
      key.luks === null ? toned('dim', 'none') : `LUKS ${key.luks.uuid ?? ''}`,
      String(key.version),
      key.origin ?? '',
      moment(key.created),
      lastRelease(key),
    ]),
  )
}

function lastRelease({ lastReleased, lastReleasedDecision }: VolumeKeyAnswer): Cell {
  const when = moment(lastReleased)
  return typeof when === 'string' && lastReleasedDecision !== null ? `${when} decision ${lastReleasedDecision}` : when
}

/** Decisions of several machines, or of the one whose page it is. */
export function describeDecisions(page: Page, decisions: readonly DecisionAnswer[], of: 'any' | 'one' = 'any'): Page {
  if (decisions.length === 0) return page.line('No decisions.')
  return page.table(
    ['NO', 'TIME', ...(of === 'any' ? ['MACHINE'] : []), 'GATE', 'OUTCOME', 'FROM', 'WHY'],
    decisions.map((decision) => [
      String(decision.number),
      moment(decision.decided),
      ...(of === 'any' ? [decision.machineName ?? toned('dim', 'unknown')] : []),
      decision.gate,
      outcomeCell(decision.outcome),
      decision.peer ?? '',
      decision.summary,
    ]),
  )
}

/** Who says so, and who says more that does not count yet. */
function tierFacts({ tierWords, tierWaiting, tierPeople }: MachineDetailAnswer): readonly Fact[] {
  return [
    ...tierWords.map(({ operator, reason, said }): Fact => ['', `said by ${operator}, `, moment(said), `: ${reason}`]),
    ...tierWaiting.map(({ tier, operator, reason, said }): Fact => {
      const others = toned('warn', `; ${tierPeople} people have to`)
      return ['', `${tier} is said by ${operator}, `, moment(said), `: ${reason}`, others]
    }),
  ]
}

/** What people did with a machine. */
function describeActions(page: Page, actions: readonly OperatorActionAnswer[]): Page {
  return page.table(
    ['DONE', 'WHAT', 'BY', 'WHY'],
    actions.map(({ action, operator, reason, done }) => [moment(done), action, operator, reason]),
  )
}

/** Who a machine is and in which state; not what it did. */
export function describeIdentity(page: Page, detail: MachineDetailAnswer, nowMs: number): Page {
  const { machine } = detail
  if (machine === null) return page.line('The server named no machine.')
  for (const alarm of detail.alarms) page.line(toned('bad', `ALARM  ${alarm}`))
  page.facts([
    ['Machine', toned('strong', machine.name), toned('dim', `  ${machine.id ?? ''}`)],
    ['State', stateCell(machine.state), toned('dim', `  ${stateMeaning[machine.state]}`)],
    ['Tier', machine.tier, toned('dim', `  ${tierMeaning[machine.tier] ?? 'unknown'}`)],
    ...tierFacts(detail),
    ['Group', machine.group],
    ['Policy', machine.policy ?? toned('warn', 'none: boots are recorded, nothing is released')],
    ['Enrolled', ...momentAgo(machine.enrolled, nowMs)],
    ['Last boot', ...momentAgo(machine.lastBoot, nowMs)],
    ['State file', `generation ${detail.stateGeneration}`],
    ...(detail.instance === null ? [] : [['Instance', detail.instance] as const]),
    ...fingerprints(detail),
  ])
  if (machine.acceptsDiskOnlyIdentity) {
    page.line(toned('warn', 'Its policy admits it on what its disk holds: a copy of the disk may start too.'))
  }
  return page
}

/** Everything about one machine. */
export function describeMachine(page: Page, detail: MachineDetailAnswer, nowMs: number): Page {
  describeIdentity(page, detail, nowMs)
  if (detail.keys.length > 0) describeKeys(page.line(), detail.keys)
  if (detail.recent.length > 0) describeDecisions(page.line(), detail.recent, 'one')
  if (detail.actions.length > 0) describeActions(page.line(), detail.actions)
  return page
}

/** In which state a machine is now, in a sentence. */
export function describeState(page: Page, { machine }: MachineDetailAnswer): Page {
  if (machine === null) return page.line('The server named no machine.')
  return page.line(toned('strong', machine.name), ' is ', stateCell(machine.state), `: ${stateMeaning[machine.state]}.`)
}

/** Of which tier a machine is now, in a sentence. */
export function describeTier(page: Page, { machine, tierWaiting, tierPeople }: MachineDetailAnswer): Page {
  if (machine === null) return page.line('The server named no machine.')
  page.line(toned('strong', machine.name), ` is of tier ${machine.tier}: ${tierMeaning[machine.tier] ?? 'unknown'}.`)
  const [waiting] = tierWaiting
  if (waiting === undefined) return page
  const names = [...new Set(tierWaiting.map(({ operator }) => operator))]
  return page.line(
    toned('warn', `${tierPeople} people have to say that it is of tier ${waiting.tier}; so far: ${names.join(', ')}.`),
  )
}

/** What to do next about a machine that somebody has to decide on. */
export function nextStep({ name, state, policy, heldDecision }: MachineAnswer): string | undefined {
  switch (state) {
    case 'pending':
      return `bootlatch machine accept ${name}`
    case 'accepted':
      if (heldDecision !== null) return `bootlatch decision show ${heldDecision}`
      return policy === null ? `start it once, then bootlatch policy learn ${name} -o ${name}.yaml` : undefined
    // No ready command: the request that is held may be the thief's.
    case 'forked':
      return `find the request of the copy that you know (bootlatch decision list --machine ${name}), then bootlatch machine settle`
    case 'locked':
      return `bootlatch machine unlock ${name}`
    case 'conflict':
      return `find out who else shows this identity; bootlatch machine remove ${name} ends this one`
    case 'enrolling':
    case 'removed':
    case 'unspecified':
      return undefined
  }
}
