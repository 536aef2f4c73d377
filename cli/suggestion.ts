import { Failure } from './failure.ts'
import { nearestNames } from './near.ts'
import type { Session } from './session.ts'

function advice(wrong: string, names: readonly string[], list: string): readonly string[] {
  const near = nearestNames(wrong, names)
  return near.length === 0 ? [`All there are: ${list}`] : [`Did you mean ${near.join(' or ')}?`]
}

async function advised<Reply>(
  code: Failure['code'],
  asked: Promise<Reply>,
  message: string,
  help: () => Promise<readonly string[]>,
): Promise<Reply> {
  try {
    return await asked
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== code) throw thrown
    throw new Failure(code, message, { cause: thrown, advice: await help() })
  }
}

/** Waits for an answer about a machine; where there is none of that name, says which names are near. */
export function withNearMachines<Reply>(session: Session, name: string, asked: Promise<Reply>): Promise<Reply> {
  return advised('machine/unknown', asked, `there is no machine ${name}`, async () => {
    const { machines } = await session.ask('listMachines', {})
    return advice(
      name,
      machines.map((machine) => machine.name),
      'bootlatch machine list',
    )
  })
}

/** Waits for an answer about a policy; where there is none of that name, says which names are near. */
export function withNearPolicies<Reply>(session: Session, name: string, asked: Promise<Reply>): Promise<Reply> {
  return advised('policy/unknown', asked, `there is no policy ${name}, or not this version of it`, async () => {
    const names = (await session.ask('listPolicies', {})).policies.map((policy) => policy.name)
    if (names.includes(name)) return [`The versions there are: bootlatch policy history ${name}`]
    return advice(name, names, 'bootlatch policy list')
  })
}

/** Waits for a decision; where there is none of that number, says how far they go. */
export function withNewestDecision<Reply>(session: Session, number: string, asked: Promise<Reply>): Promise<Reply> {
  return advised('decision/unknown', asked, `there is no decision ${number}`, async () => {
    const { decisions } = await session.ask('listDecisions', { limit: 1 })
    const newest = decisions[0]?.number
    return [newest === undefined ? 'There are none so far.' : `The newest is ${newest}: bootlatch decision list`]
  })
}
