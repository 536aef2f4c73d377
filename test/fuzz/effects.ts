import { type AuthSession, type Named, RH, type Shape } from '../../core/tpm/index.ts'
import { plainName } from './likely.ts'
import type { Request } from './step.ts'
import type { World } from './world.ts'

const empty = new Uint8Array(0)
/** The name under which a bundle keeps the handle of the key that signed. */
export const signerKey = 'keyHandle'
/** So many answers are remembered; the oldest goes first. */
const maxBundles = 12

/** Remembers what a command that succeeded gave and changed; the authValue of what it made. */
export function remember(world: World, request: Request, values: Readonly<Record<string, unknown>>): Uint8Array {
  const { command, handles, parameters } = request
  keep(world, request, values)
  endSessions(world, request)
  changeAuth(world, command.name, handles, parameters)
  notePolicy(world, command.name, handles)
  return madeAuth(world, command.name, handles, parameters)
}

function keep(
  world: World,
  { command, handles, parameters }: Request,
  values: Readonly<Record<string, unknown>>,
): void {
  if (command.name === 'GetCapability') return
  const bundle = new Map<string, unknown>()
  if (command.name === 'Create')
    bundle.set(authKey, userAuthOf(parameters)).set(parentKey, handles['parentHandle']?.handle)
  if (command.name === 'Sign')
    bundle.set('TPM2B_DIGEST', parameters['digest']).set(signerKey, handles['keyHandle']?.handle)
  for (const [field, codec] of Object.entries(command.returns as Shape))
    if (field in values) bundle.set(plainName(codec), values[field])
  if (bundle.size > 0) world.bundles.push(bundle)
  if (world.bundles.length > maxBundles) world.bundles.shift()
}
/** The name under which a bundle keeps the authValue of the key that it holds. */
const authKey = 'authValue'
/** The name under which it keeps the handle of the parent. */
export const parentKey = 'parentHandle'

/** A session without continueSession is gone after success; a policy session that goes on forgets its policy. */
function endSessions(world: World, { authorizations }: Request): void {
  for (const held of authorizations.used) {
    const session = held.session as AuthSession
    if (!session.attributes.continueSession) world.sessions.delete(held.handle)
    else if (held.isPolicy) world.sessions.set(held.handle, { ...held, needs: 'nothing', policy: empty })
  }
}

type Handles = Readonly<Record<string, Named>>
type Parameters = Readonly<Record<string, unknown>>

const userAuthOf = (parameters: Parameters): Uint8Array => {
  const inSensitive = parameters['inSensitive'] as { readonly userAuth: Uint8Array } | undefined
  return inSensitive?.userAuth ?? (parameters['auth'] as Uint8Array | undefined) ?? empty
}

function madeAuth(world: World, name: string, handles: Handles, parameters: Parameters): Uint8Array {
  if (name === 'EvictControl') return world.authOf(handles['objectHandle']?.handle ?? 0)
  if (['CreatePrimary', 'CreateLoaded', 'HashSequenceStart', 'HMAC_Start', 'NV_DefineSpace'].includes(name))
    return userAuthOf(parameters)
  return name === 'Load' ? ((world.together.get(authKey) as Uint8Array | undefined) ?? empty) : empty
}

/** PCRs that share one authValue. */
const groupOfPcrs = [20, 21, 22]

function changeAuth(world: World, name: string, handles: Handles, parameters: Parameters): void {
  if (name === 'HierarchyChangeAuth')
    world.setAuth(handles['authHandle']?.handle ?? 0, parameters['newAuth'] as Uint8Array)
  if (name === 'NV_ChangeAuth') world.setAuth(handles['nvIndex']?.handle ?? 0, parameters['newAuth'] as Uint8Array)
  if (name === 'Clear') for (const handle of [RH.owner, RH.endorsement, RH.lockout]) world.setAuth(handle, empty)
  if (name === 'ChangePPS') world.setAuth(RH.platform, empty)
  if (name === 'PCR_SetAuthValue') for (const pcr of groupOfPcrs) world.setAuth(pcr, parameters['auth'] as Uint8Array)
}

/** What a start leaves of what the client knows: a Resume keeps authValues that a Reset and a Restart forget. */
export function forgetAtStart(world: World, isResume: boolean): void {
  world.sessions.clear()
  if (isResume) return
  for (const handle of [RH.platform, ...groupOfPcrs]) world.setAuth(handle, empty)
}

const needed: Readonly<Record<string, 'nothing' | 'authValue' | 'password'>> = {
  PolicyAuthValue: 'authValue',
  PolicyPassword: 'password',
  PolicyRestart: 'nothing',
}

function notePolicy(world: World, name: string, handles: Handles): void {
  const handle = (handles['policySession'] ?? handles['sessionHandle'])?.handle
  const held = handle === undefined ? undefined : world.sessions.get(handle)
  const needs = needed[name]
  if (held !== undefined && needs !== undefined) world.sessions.set(held.handle, { ...held, needs })
}
