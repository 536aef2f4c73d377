import {
  digestSize,
  NT,
  NV_ChangeAuth,
  NV_DefineSpace,
  NV_ReadPublic,
  NV_UndefineSpace,
  NV_UndefineSpaceSpecial,
  nvNameOf,
  RC,
  RH,
  TPM2B_MAX_NV_BUFFER,
  type TPMS_NV_PUBLIC,
  withoutTrailingZeros,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { hasKnownType, hasSizeOfType } from '../state/nv-shape.ts'
import { findNvIndex, putNvIndex, removeNvIndices } from '../state/nv-space.ts'
import type { TpmState } from '../state/tpm-state.ts'

const neverWritten = new Uint8Array(0)

/**
 * @throws HIERARCHY if the platform's NV is off; SIZE if policy, authValue or data have a size they cannot have;
 * ATTRIBUTES if the attributes contradict each other or who defines; NV_DEFINED if the index exists; NV_SPACE.
 */
const nvDefineSpace = implement(NV_DefineSpace, (tpm, { handles: { authHandle }, parameters, fail }) => {
  const { publicInfo } = parameters
  const nameBytes = digestSize(publicInfo.nameAlg)
  const policyBytes = publicInfo.authPolicy.length
  if (policyBytes !== 0 && policyBytes !== nameBytes) fail(RC.size, 'publicInfo')
  const authValue = withoutTrailingZeros(parameters.auth)
  if (authValue.length > nameBytes) fail(RC.size, 'auth')
  const byPlatform = authHandle.handle === RH.platform
  if (byPlatform && !tpm.reset.phEnableNV) fail(RC.hierarchy, 'authHandle')
  if (!hasKnownType(publicInfo)) fail(RC.attributes, 'publicInfo')
  if (!hasSizeOfType(publicInfo)) fail(RC.size, 'publicInfo')
  if (contradictsItself(publicInfo)) fail(RC.attributes, 'publicInfo')
  if (publicInfo.attributes.platformCreate !== byPlatform) fail(RC.attributes, 'authHandle')
  if (publicInfo.attributes.policyDelete && !byPlatform) fail(RC.attributes, 'publicInfo')
  if (publicInfo.attributes.writeAll && publicInfo.dataSize > TPM2B_MAX_NV_BUFFER.max) fail(RC.size, 'publicInfo')
  if (findNvIndex(tpm, publicInfo.nvIndex) !== undefined) fail(RC.nvDefined)
  if (!hasRoomFor(tpm, publicInfo)) fail(RC.nvSpace)

  putNvIndex(tpm, { nvPublic: publicInfo, authValue: authValue.slice(), contents: neverWritten })
  return {}
})

/** @throws ATTRIBUTES if only a policy may delete the index; NV_AUTHORIZATION if the platform made it and the owner asks. */
const nvUndefineSpace = implement(NV_UndefineSpace, (tpm, { handles: { authHandle, nvIndex }, fail }) => {
  const { policyDelete, platformCreate } = nvIndex.nvPublic.attributes
  if (policyDelete) fail(RC.attributes, 'nvIndex')
  if (authHandle.handle === RH.owner && platformCreate) fail(RC.nvAuthorization)

  removeNvIndices(tpm, (index) => index.nvPublic.nvIndex === nvIndex.handle)
  return {}
})

/** @throws ATTRIBUTES if the index needs no policy to be deleted. */
const nvUndefineSpaceSpecial = implement(NV_UndefineSpaceSpecial, (tpm, { handles: { nvIndex }, fail }) => {
  if (!nvIndex.nvPublic.attributes.policyDelete) fail(RC.attributes, 'nvIndex')

  removeNvIndices(tpm, (index) => index.nvPublic.nvIndex === nvIndex.handle)
  return {}
})

const nvReadPublic = implement(NV_ReadPublic, (_tpm, { handles: { nvIndex } }) => ({
  nvPublic: nvIndex.nvPublic,
  nvName: nvNameOf(nvIndex.nvPublic),
}))

/** @throws SIZE if the authValue is longer than a digest of nameAlg. */
const nvChangeAuth = implement(NV_ChangeAuth, (tpm, { handles: { nvIndex }, parameters, fail }) => {
  const authValue = withoutTrailingZeros(parameters.newAuth)
  if (authValue.length > digestSize(nvIndex.nvPublic.nameAlg)) fail(RC.size, 'newAuth')

  putNvIndex(tpm, { ...nvIndex, authValue: authValue.slice() })
  nvIndex.authValue.fill(0)
  return {}
})

/** What all indices hold together: with as many objects as there may be, a state still fits into its file. */
const maxNvBytes = 148 * 1024
/** What an index takes beside its data, its policy and its authValue. */
const indexOverheadBytes = 20

function hasRoomFor({ persistent: { nvIndices }, profile }: TpmState, added: TPMS_NV_PUBLIC): boolean {
  const used = nvIndices.reduce((sum, { nvPublic }) => sum + bytesOf(nvPublic), 0)
  return nvIndices.length < profile.maxNvIndices && used + bytesOf(added) <= maxNvBytes
}

/** With the longest authValue that NV_ChangeAuth may give it. */
function bytesOf({ dataSize, authPolicy, nameAlg }: TPMS_NV_PUBLIC): number {
  return dataSize + authPolicy.length + digestSize(nameAlg) + indexOverheadBytes
}

/** Part 3, 31.3.1: what no new index can be. */
function contradictsItself({ attributes }: TPMS_NV_PUBLIC): boolean {
  const { written, writeLocked, readLocked, clearStClear, writeDefine, globalLock, authWrite, noDA, nt } = attributes
  const canBeRead = attributes.ownerRead || attributes.ppRead || attributes.authRead || attributes.policyRead
  const canBeWritten = attributes.ownerWrite || attributes.ppWrite || attributes.authWrite || attributes.policyWrite
  if (written || writeLocked || readLocked) return true
  if (!canBeRead || !canBeWritten) return true
  if ((nt === NT.pinFail || nt === NT.pinPass) && (authWrite || globalLock || writeDefine)) return true
  // Its own count limits the guesses
  if (nt === NT.pinFail && !noDA) return true
  return clearStClear && (nt === NT.counter || writeDefine)
}

export const nvDefinitionCommands = [nvDefineSpace, nvUndefineSpace, nvUndefineSpaceSpecial, nvReadPublic, nvChangeAuth]
