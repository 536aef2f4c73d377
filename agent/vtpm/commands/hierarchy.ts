import {
  ALG,
  ChangeEPS,
  ChangePPS,
  Clear,
  ClearControl,
  CreatePrimary,
  digestSize,
  handleName,
  HierarchyChangeAuth,
  HierarchyControl,
  nameOf,
  qualifiedNameOf,
  RC,
  RH,
  SetPrimaryPolicy,
  withoutTrailingZeros,
} from '../../../core/tpm/index.ts'
import { afterwards, implement } from '../implement.ts'
import { recordCreation } from '../objects/creation.ts'
import { primaryKeys } from '../objects/key-sources.ts'
import { makeObject, type MadeObject } from '../objects/make-object.ts'
import { checkCreation, isAuthTooLong } from '../objects/public-checks.ts'
import { hierarchyAuth } from '../state/authorization-of.ts'
import { LoadedObject } from '../state/loaded-object.ts'
import { removeNvIndices } from '../state/nv-space.ts'
import { removePersistent } from '../state/persistent-objects.ts'
import { type HierarchySecret, initialDictionaryAttack, noPolicy, secretBytes } from '../state/persistent-state.ts'
import type { TpmState } from '../state/tpm-state.ts'

/**
 * Part 3, 24.1.
 * @throws SIZE if the authValue is longer than nameAlg's digest; OBJECT_MEMORY; what `checkCreation` lists.
 */
const createPrimary = implement(CreatePrimary, (tpm, { handles: { primaryHandle }, parameters, locality, fail }) => {
  const { inSensitive, inPublic, outsideInfo, creationPCR } = parameters
  const handle = tpm.slots.freeHandle()
  const problem = checkCreation(inPublic, undefined, inSensitive.data.length)
  if (problem !== undefined) fail(problem, 'inPublic')
  if (isAuthTooLong(inSensitive.userAuth, inPublic.nameAlg)) fail(RC.size, 'inSensitive')

  const complete = ({ publicArea, sensitive }: MadeObject) => {
    const name = nameOf(publicArea)
    const qualifiedName = qualifiedNameOf(publicArea.nameAlg, handleName(primaryHandle.handle), name)
    const hierarchy = primaryHandle.handle
    const creation = recordCreation(tpm, publicArea, { parent: primaryHandle, outsideInfo, creationPCR, locality })
    tpm.slots.put(new LoadedObject({ handle, publicArea, sensitive, qualifiedName, hierarchy }))
    return { handle, outPublic: publicArea, name, ...creation }
  }
  const source = primaryKeys(tpm, tpm.seedOf(primaryHandle.handle), inPublic, inSensitive.data)
  const made = makeObject(inPublic, inSensitive, source)
  return afterwards(made, complete)
})

/**
 * Part 3, 24.2: the platform switches everything, a hierarchy only itself, and only off.
 * @throws AUTH_TYPE if whoever authorizes may not.
 */
const hierarchyControl = implement(HierarchyControl, (tpm, { handles, parameters: { enable, state }, fail }) => {
  const isOn = state === 1
  const by = handles.authHandle.handle
  const row = switches.get(enable)
  if (row === undefined) return fail(RC.value, 'enable')
  if (by !== RH.platform && (by !== enable || (isOn && !tpm.reset[row]))) fail(RC.authType)
  if (tpm.reset[row] === isOn) return {}
  tpm.changeReset({ [row]: isOn })
  if (!isOn) flushHierarchy(tpm, enable)
  return {}
})

const switches: ReadonlyMap<number, 'shEnable' | 'ehEnable' | 'phEnable' | 'phEnableNV'> = new Map([
  [RH.owner, 'shEnable'],
  [RH.endorsement, 'ehEnable'],
  [RH.platform, 'phEnable'],
  [RH.platformNv, 'phEnableNV'],
])

function flushHierarchy(tpm: TpmState, hierarchy: number): void {
  tpm.slots.flushAll((object) => object.kind === 'object' && object.hierarchy === hierarchy)
}

/**
 * Part 3, 24.3.
 * @throws SIZE if authPolicy is no digest of hashAlg, or anything without one.
 */
const setPrimaryPolicy = implement(SetPrimaryPolicy, (tpm, { handles, parameters, fail }) => {
  const { authPolicy, hashAlg } = parameters
  if (authPolicy.length !== (hashAlg === ALG.null ? 0 : digestSize(hashAlg))) fail(RC.size, 'authPolicy')
  changePolicy(tpm, handles.authHandle.handle, { hash: hashAlg, digest: authPolicy.slice() })
  return {}
})

function changePolicy(tpm: TpmState, hierarchy: number, policy: { hash: number; digest: Uint8Array }): void {
  if (hierarchy === RH.owner) tpm.persist({ ownerPolicy: policy })
  else if (hierarchy === RH.endorsement) tpm.persist({ endorsementPolicy: policy })
  else if (hierarchy === RH.lockout) tpm.persist({ lockoutPolicy: policy })
  else tpm.changeReset({ platformPolicy: policy })
}

/** Draws secrets anew, and zeroes what they were. */
function replaceSecrets(tpm: TpmState, ...names: readonly HierarchySecret[]): void {
  for (const name of names) {
    const old = tpm.persistent[name]
    tpm.persist({ [name]: tpm.random(secretBytes) })
    old.fill(0)
  }
}

/** Part 3, 24.4: all keys of the platform end, and the policies that it gave; NV indices stay. */
const changePps = implement(ChangePPS, (tpm) => {
  flushHierarchy(tpm, RH.platform)
  removePersistent(tpm, (object) => object.hierarchy === RH.platform)
  replaceSecrets(tpm, 'platformSeed', 'platformProof')
  tpm.persist({ pcrPolicy: noPolicy })
  tpm.changeReset({ platformPolicy: noPolicy })
  return {}
})

/** Part 3, 24.5: all endorsement keys end, and with them what was certified about them. */
const changeEps = implement(ChangeEPS, (tpm) => {
  flushHierarchy(tpm, RH.endorsement)
  removePersistent(tpm, (object) => object.hierarchy === RH.endorsement)
  replaceSecrets(tpm, 'endorsementSeed', 'endorsementProof')
  changeAuth(tpm, RH.endorsement, empty)
  tpm.persist({ endorsementPolicy: noPolicy })
  tpm.changeReset({ ehEnable: true })
  return {}
})

const empty = new Uint8Array(0)

/**
 * Part 3, 24.6: a new owner; the endorsement seed stays, with it the endorsement keys. PCRs lose their authValue, too.
 * @throws DISABLED after ClearControl.
 */
const clear = implement(Clear, (tpm, { fail }) => {
  if (tpm.persistent.disableClear === 1) fail(RC.disabled)
  tpm.slots.flushAll((object) => object.kind === 'object' && isCleared(object.hierarchy))
  removePersistent(tpm, (object) => isCleared(object.hierarchy))
  removeNvIndices(tpm, (index) => !index.nvPublic.attributes.platformCreate)
  replaceSecrets(tpm, 'ownerSeed', 'ownerProof', 'endorsementProof')
  for (const hierarchy of [RH.owner, RH.endorsement, RH.lockout]) changeAuth(tpm, hierarchy, empty)
  tpm.persist({
    // One that waits for the next Reset is forgotten, as libtpms forgets it
    pcrAllocation: tpm.pcrs.allocation,
    ownerPolicy: noPolicy,
    endorsementPolicy: noPolicy,
    lockoutPolicy: noPolicy,
    ...initialDictionaryAttack,
    auditCounter: 0n,
    resetCount: 0,
    restartCount: 0,
    clock: 0n,
    clockSafe: 1,
  })
  tpm.clock.restart()
  const { pcrAuthValue } = tpm.reset
  tpm.changeReset({ shEnable: true, ehEnable: true, pcrAuthValue: empty })
  pcrAuthValue.fill(0)
  tpm.pcrs.updateCounter = (tpm.pcrs.updateCounter + 1) >>> 0
  return {}
})

const isCleared = (hierarchy: number): boolean => hierarchy === RH.owner || hierarchy === RH.endorsement

/**
 * Part 3, 24.7.
 * @throws AUTH_FAIL if the lockout hierarchy would allow Clear again: only the platform may.
 */
const clearControl = implement(ClearControl, (tpm, { handles, parameters, fail }) => {
  if (handles.auth.handle === RH.lockout && parameters.disable === 0) fail(RC.authFail)
  tpm.persist({ disableClear: parameters.disable })
  return {}
})

/** Part 3, 24.8. */
const hierarchyChangeAuth = implement(HierarchyChangeAuth, (tpm, { handles, parameters }) => {
  changeAuth(tpm, handles.authHandle.handle, withoutTrailingZeros(parameters.newAuth).slice())
  return {}
})

function changeAuth(tpm: TpmState, hierarchy: number, newAuth: Uint8Array): void {
  const old = hierarchyAuth(tpm, hierarchy)
  if (hierarchy === RH.owner) tpm.persist({ ownerAuth: newAuth })
  else if (hierarchy === RH.endorsement) tpm.persist({ endorsementAuth: newAuth })
  else if (hierarchy === RH.lockout) tpm.persist({ lockoutAuth: newAuth })
  else tpm.changeReset({ platformAuth: newAuth })
  old.fill(0)
}

export const hierarchyCommands = [
  createPrimary,
  hierarchyControl,
  setPrimaryPolicy,
  changePps,
  changeEps,
  clear,
  clearControl,
  hierarchyChangeAuth,
]
