import {
  DictionaryAttackLockReset,
  named,
  passwordSession,
  PCR_Extend,
  RH,
  Shutdown,
  Startup,
  SU,
  type AnyCommand,
  type HandleArguments,
} from '../../core/tpm/index.ts'
import type { Choices } from './choices.ts'
import { forgetAtStart } from './effects.ts'
import { codeIn, refusalOnly } from './answers.ts'
import type { Outcome } from './step.ts'
import type { World } from './world.ts'

const empty = new Uint8Array(0)

/**
 * Takes the power away, with a Shutdown or without, and starts again in either way. The outcome is that of the first
 * command that says whether it went well.
 */
export async function cyclePower(world: World, choices: Choices): Promise<Outcome> {
  await world.around.moveTo(choices.chance(80) ? 0 : choices.pick([1, 3, 4]))
  const shutdownType = choices.pick([SU.state, SU.clear, undefined])
  const startupType = choices.pick([SU.state, SU.clear])
  if (shutdownType === undefined) {
    // Only swtpm takes the first use of a protected authValue for what outdates an earlier Shutdown
    await sent(world, PCR_Extend, { pcrHandle: { ...named(0), auth: passwordSession() } }, { digests: [] })
  } else {
    const outcome = await sent(world, Shutdown, {}, { shutdownType })
    if (outcome.rc !== 0) return outcome
  }
  await world.around.losePower()
  const started = await sent(world, Startup, {}, { startupType })
  await world.around.moveTo(0)
  if (started.rc !== 0) await sent(world, Startup, {}, { startupType: SU.clear })
  forgetAtStart(world, started.rc === 0 && startupType === SU.state)
  const outcome = shutdownType === undefined ? await forgetTries(world) : started
  return { ...outcome, held: await world.look(empty) }
}

/** A start without Shutdown may have counted as a failed try. */
function forgetTries(world: World): Promise<Outcome> {
  const lockHandle = { ...named(RH.lockout), auth: passwordSession(world.authOf(RH.lockout)) }
  return sent(world, DictionaryAttackLockReset, { lockHandle }, {})
}

async function sent(
  world: World,
  command: AnyCommand,
  handles: object,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  await world.client.run(command, handles as HandleArguments<AnyCommand>, parameters).catch((error: unknown) => {
    refusalOnly(error, false)
  })
  const { received } = world
  return {
    command,
    rc: codeIn(received),
    sent: world.sent,
    received,
    input: empty,
    touched: [],
    values: undefined,
    held: '',
  }
}
