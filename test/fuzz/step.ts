import {
  ALG,
  type AnyCommand,
  type Authorized,
  encode,
  type HandleArguments,
  type HandleSlot,
  type Named,
  RC,
  RH,
  type Shape,
  StartAuthSession,
  startSession,
  struct,
  type TPMT_PUBLIC,
  type TPMT_SYM_DEF,
} from '../../core/tpm/index.ts'
import { concat } from '../../core/bytes/index.ts'
import { Authorizations } from './authorizations.ts'
import { Choices } from './choices.ts'
import { remember } from './effects.ts'
import { fittingParameters } from './fitting.ts'
import { handlesFor, isPossible } from './handles.ts'
import { likelyValues } from './likely.ts'
import { meddled } from './meddled.ts'
import { bringTo, digestOf, policies, wantedPolicy } from './policies.ts'
import { cyclePower } from './power.ts'
import { externalOf } from './templates.ts'
import { valueOf } from './value-of.ts'
import { codeIn, refusalOnly } from './answers.ts'
import type { World } from './world.ts'

/** What one command came to. */
export interface Outcome {
  readonly command: AnyCommand
  readonly rc: number
  readonly sent: Uint8Array
  readonly received: Uint8Array
  /** What the answer is computed from, without nonces and HMACs. */
  readonly input: Uint8Array
  /** Handles of entities and sessions that took part. */
  readonly touched: readonly number[]
  /** The answer's fields; undefined where the command was refused or its bytes were meddled with. */
  readonly values: Readonly<Record<string, unknown>> | undefined
  readonly held: string
}

/** A command that is ready to be sent. */
export interface Request {
  readonly command: AnyCommand
  readonly handles: Readonly<Record<string, Named | Authorized>>
  readonly parameters: Readonly<Record<string, unknown>>
  readonly authorizations: Authorizations
}

const empty = new Uint8Array(0)

/** Sends one command that the choices make up from `menu` and from what the TPM holds. */
export async function step(world: World, menu: readonly AnyCommand[], bytes: Uint8Array): Promise<Outcome> {
  const choices = new Choices(bytes)
  if (choices.chance(2)) return cyclePower(world, choices)
  if (choices.chance(3)) await world.around.moveTo(choices.pick([0, 0, 1, 2, 3, 4]))
  const command = choices.pick(choices.chance(4) ? menu : menu.filter((each) => isPossible(each, world)))
  world.together = togetherFor(command, world, choices)
  if (command.code === StartAuthSession.code && !choices.chance(15)) return begin(world, choices)
  const request = requestOf(command, world, choices)
  const isMeddled = choices.chance(6)
  if (isMeddled) world.meddle = (sent) => meddled(sent, choices)
  const extra = request.authorizations.extra()
  const run = () => world.client.run(command, request.handles as HandleArguments<AnyCommand>, request.parameters, extra)
  const values = await valuesOf(run, isMeddled)
  const { sent, received } = world
  const rc = codeIn(received)
  const newAuth = rc === RC.success && !isMeddled ? remember(world, request, values ?? {}) : empty
  if (isMeddled) for (const { handle } of request.authorizations.used) world.sessions.delete(handle)
  const held = rc === RC.success ? await world.look(newAuth) : ''
  return { command, rc, sent, received, input: inputOf(request), touched: touchedBy(request), values, held }
}

/** Values that go together in a command's parameters: a key's two parts, or what one answer held. */
function togetherFor(command: AnyCommand, world: World, choices: Choices): ReadonlyMap<string, unknown> {
  if (command.name === 'LoadExternal') {
    const { publicArea, sensitive } = externalOf(choices)
    return new Map<string, unknown>([
      ['TPM2B_PUBLIC', publicArea],
      ['TPM2B_SENSITIVE', sensitive],
    ])
  }
  if (world.bundles.length === 0 || command.name.startsWith('Create')) return new Map()
  const fitting = world.bundles.filter((bundle) => takes(command).every((name) => bundle.has(name)))
  return choices.pick(fitting.length > 0 ? fitting : world.bundles)
}

const opaque = new Set([
  'TPM2B_PRIVATE',
  'TPM2B_ID_OBJECT',
  'TPMS_CONTEXT',
  'TPMT_TK_CREATION',
  'TPMT_TK_AUTH',
  'TPMT_SIGNATURE',
])
const takes = (command: AnyCommand): readonly string[] =>
  Object.values(command.parameters as Shape)
    .map(({ name }) => name)
    .filter((name) => opaque.has(name))

function requestOf(command: AnyCommand, world: World, choices: Choices): Request {
  const authorizations = new Authorizations(world, choices)
  const slots = Object.entries(command.handles as Readonly<Record<string, HandleSlot>>)
  const handlesOfSlots = handlesFor(command, world, choices)
  const drawn = slots.map(([name, slot], at) => [name, slot, handlesOfSlots[at] ?? 0] as const)
  const handles = Object.fromEntries(
    drawn.map(([name, slot, handle]) => {
      const entity = { handle, name: world.nameOf(handle) }
      const isLeftOut = choices.chance(2)
      return [name, slot.role === undefined || isLeftOut ? entity : { ...entity, auth: authorizations.of(handle) }]
    }),
  )
  const guess = likelyValues(world)
  const things = Object.fromEntries(
    drawn.map(([name, , handle]) => [name, world.things.get(handle) ?? { handle, name: empty, publicArea: undefined }]),
  )
  const fitting = fittingParameters(command, things, choices)
  const parameters = Object.fromEntries(
    Object.entries(command.parameters as Shape).map(([name, codec]) => [
      name,
      name in fitting ? fitting[name] : valueOf(codec, choices, guess),
    ]),
  )
  return { command, handles, parameters, authorizations }
}

/** Starts a session whose key the client knows, so that later commands can use it. */
async function begin(world: World, choices: Choices): Promise<Outcome> {
  const type = choices.pick(['hmac', 'policy', 'hmac', 'policy', 'trial'] as const)
  const wanted = type === 'policy' && !choices.chance(25) ? wantedPolicy(world, choices) : undefined
  const hash = wanted?.hash ?? choices.pick([ALG.sha256, ALG.sha1, ALG.sha512])
  const symmetric = choices.pick(symmetrics)
  const bound = choices.chance(25) ? choices.pick([RH.owner, RH.lockout, ...world.things.keys()]) : undefined
  const bind = bound === undefined ? undefined : { handle: bound, authValue: world.authOf(bound) }
  const random = (size: number): Uint8Array => choices.bytes(size)
  const salt = choices.chance(25) ? saltKey(world, choices) : undefined
  const options = { type, hash, symmetric, random, ...(bind && { bind }), ...(salt && { salt }) }
  const start = () => startSession(world.client, options)
  const session = await start().catch((error: unknown) => {
    refusalOnly(error, false)
  })
  const { sent, received } = world
  if (session !== undefined) {
    const isPolicy = type !== 'hmac'
    const crypts = symmetric.algorithm !== ALG.null
    const { handle } = session
    const assertions = wanted?.assertions ?? (isPolicy && choices.chance(50) ? choices.pick(policies) : [])
    const needs = await bringTo(world, session, assertions)
    const policy = assertions.length === 0 || type === 'trial' ? empty : digestOf(hash, assertions)
    world.sessions.set(handle, { handle, session, isPolicy, crypts, boundTo: bound, needs, policy })
  }
  const held = session === undefined ? '' : await world.look(empty)
  const input = encode(struct('', {}), {})
  const touched = session === undefined ? [] : [session.handle]
  return { command: StartAuthSession, rc: codeIn(received), sent, received, input, touched, values: undefined, held }
}

/** A key that can take a secret for the session. */
function saltKey(world: World, choices: Choices) {
  const keys = [...world.things.values()].flatMap(({ handle, publicArea }) =>
    publicArea !== undefined && isSaltable(publicArea) ? [{ handle, publicArea }] : [],
  )
  return keys.length === 0 ? undefined : choices.pick(keys)
}
const isSaltable = ({ type, nameAlg, objectAttributes }: TPMT_PUBLIC): boolean =>
  (type === ALG.rsa || type === ALG.ecc) && nameAlg !== ALG.null && objectAttributes.decrypt

const symmetrics: readonly TPMT_SYM_DEF[] = [
  { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb },
  { algorithm: ALG.null },
  { algorithm: ALG.xor, hash: ALG.sha256 },
]

async function valuesOf(
  run: () => Promise<object>,
  isMeddled: boolean,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const values = await run().catch((error: unknown) => {
    refusalOnly(error, isMeddled)
  })
  return values === undefined || isMeddled ? undefined : { ...values }
}

function inputOf({ command, handles, parameters }: Request): Uint8Array {
  const names = Object.values(handles).map(({ name }) => name)
  return concat(...names, encode(struct('', command.parameters as Shape), parameters))
}

function touchedBy({ handles, authorizations }: Request): readonly number[] {
  return [...Object.values(handles), ...authorizations.used].map(({ handle }) => handle)
}
