import {
  ALG,
  canCarrySecret,
  digestSize,
  Duplicate,
  Import,
  nameOf,
  openOuter,
  type Parameters,
  RC,
  Rewrap,
  sealOuter,
  shareSecret,
  type TPMT_SYM_DEF_OBJECT,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { openDuplicate, sealInner } from '../objects/duplicate.ts'
import { checkBinding, type Mismatch } from '../objects/key-checks.ts'
import { sealPrivate } from '../objects/private-blob.ts'
import { checkPublic, isStorageParent } from '../objects/public-checks.ts'
import { refusalOf } from '../objects/refusal.ts'
import { openSecret } from '../objects/shared-secret.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { isLoadedParent } from './object.ts'

/** Whether a secret can be shared with an object so that it becomes a parent: its private part may be anywhere. */
const canAdopt = ({ publicArea }: LoadedObject): boolean => isStorageParent(publicArea) && canCarrySecret(publicArea)

/** Content in an outer wrapper for a new parent, and then zeroed; or as it is where there is none. */
function wrapFor(tpm: TpmState, parent: LoadedObject | undefined, name: Uint8Array, content: Uint8Array) {
  if (parent === undefined) return { wrapped: content, outSymSeed: new Uint8Array(0) }
  const { publicArea: newParent } = parent
  const { seed, encrypted: outSymSeed } = shareSecret(newParent, 'DUPLICATE', tpm.random)
  const wrapped = sealOuter({ newParent, seed, name }, content)
  seed.fill(0)
  content.fill(0)
  return { wrapped, outSymSeed }
}

/**
 * Part 3, 13.1.
 * @throws ATTRIBUTES if the object may not leave its parent; TYPE if it has no Name, or the new parent is none that a
 * secret can be shared with; SYMMETRIC or HIERARCHY if it may only leave in both wrappers and one is missing; SIZE if
 * encryptionKeyIn is not of symmetricAlg.
 */
const duplicate = implement(Duplicate, (tpm, { handles, parameters, fail }) => {
  const { objectHandle, newParentHandle } = handles
  const { encryptionKeyIn, symmetricAlg } = parameters
  const { publicArea, name, sensitive } = objectHandle
  if (publicArea.objectAttributes.fixedParent) fail(RC.attributes, 'objectHandle')
  if (publicArea.nameAlg === ALG.null || sensitive === undefined) return fail(RC.type, 'objectHandle')
  if (newParentHandle !== undefined && !canAdopt(newParentHandle)) fail(RC.type, 'newParentHandle')
  const hasInner = symmetricAlg.algorithm !== ALG.null
  if (publicArea.objectAttributes.encryptedDuplication) {
    if (!hasInner) fail(RC.symmetric, 'symmetricAlg')
    if (newParentHandle === undefined) fail(RC.hierarchy, 'newParentHandle')
  }
  const keyBytes = innerKeyBytes(symmetricAlg)
  const isGiven = encryptionKeyIn.length > 0
  if (isGiven && encryptionKeyIn.length !== keyBytes) fail(RC.size, 'encryptionKeyIn')

  const encryptionKey = isGiven ? encryptionKeyIn : tpm.random(keyBytes)
  const inner = sealInner(publicArea, name, sensitive, { symmetricAlg, encryptionKey })
  const { wrapped, outSymSeed } = wrapFor(tpm, newParentHandle, name, inner)
  return { encryptionKeyOut: isGiven ? new Uint8Array(0) : encryptionKey, duplicate: wrapped, outSymSeed }
})

/**
 * Part 3, 13.2.
 * @throws HANDLE if there is a seed without an old parent, or the other way round; TYPE if a parent is none; VALUE if the
 * old parent cannot open the seed; INTEGRITY if the wrapper was altered or is of another Name.
 */
const rewrap = implement(Rewrap, (tpm, { handles: { oldParent, newParent }, parameters, fail }) => {
  const { inDuplicate, name, inSymSeed } = parameters
  if ((oldParent === undefined) !== (inSymSeed.length === 0)) fail(RC.handle, 'oldParent')
  if (oldParent !== undefined && !(isLoadedParent(oldParent) && canAdopt(oldParent))) fail(RC.type, 'oldParent')
  const content = oldParent === undefined ? inDuplicate.slice() : unwrap(oldParent, parameters)
  if (content === 'seed') return fail(RC.value, 'inSymSeed')
  if (typeof content === 'number') return fail(content, 'inDuplicate')
  if (newParent !== undefined && !canAdopt(newParent)) fail(RC.type, 'newParent')
  const { wrapped, outSymSeed } = wrapFor(tpm, newParent, name, content)
  return { outDuplicate: wrapped, outSymSeed }
})

/** What is in an outer wrapper; the response code that refuses the wrapper, or the word for a seed that does not open. */
function unwrap(
  oldParent: LoadedObject,
  { inDuplicate, name, inSymSeed }: Parameters<typeof Rewrap>,
): Uint8Array | number | 'seed' {
  const seed = openSecret(oldParent, 'DUPLICATE', inSymSeed)
  if (typeof seed === 'number') return 'seed'
  const newParent = oldParent.publicArea
  const content = refusalOf(() => openOuter({ newParent, seed, name, duplicate: inDuplicate }))
  seed.fill(0)
  return content
}

/**
 * Part 3, 13.3.
 * @throws ATTRIBUTES if the object may not leave its TPM or parent; TYPE if the parent is none, or shares no secrets; SIZE
 * if encryptionKey is not of symmetricAlg; INTEGRITY if a wrapper was altered; what Load refuses, where the parent
 * vouches that its children need no second look.
 */
const importCommand = implement(Import, (tpm, { handles: { parentHandle }, parameters, fail }) => {
  const { encryptionKey, objectPublic, duplicate, inSymSeed, symmetricAlg } = parameters
  const { fixedTPM, fixedParent } = objectPublic.objectAttributes
  if (fixedTPM || fixedParent) fail(RC.attributes, 'objectPublic')
  if (!isLoadedParent(parentHandle)) fail(RC.type, 'parentHandle')
  if (encryptionKey.length !== innerKeyBytes(symmetricAlg)) fail(RC.size, 'encryptionKey')
  const hasSeed = inSymSeed.length > 0
  if (hasSeed && parentHandle.publicArea.type === ALG.symcipher) fail(RC.type, 'parentHandle')
  const seed = hasSeed ? openSecret(parentHandle, 'DUPLICATE', inSymSeed) : undefined
  if (typeof seed === 'number') return fail(seed, 'inSymSeed')
  const parcel = {
    duplicate,
    name: nameOf(objectPublic),
    nameAlg: objectPublic.nameAlg,
    newParent: parentHandle.publicArea,
    seed,
    symmetricAlg,
    encryptionKey,
  }
  const sensitive = refusalOf(() => openDuplicate(parcel))
  seed?.fill(0)
  if (typeof sensitive === 'number') return fail(sensitive, 'duplicate')
  if (sensitive.authValue.length > digestSize(objectPublic.nameAlg)) fail(RC.size, 'duplicate')
  if (parentHandle.publicArea.objectAttributes.fixedTPM) {
    const parentAttributes = parentHandle.publicArea.objectAttributes
    const problem = checkPublic(objectPublic, parentAttributes)
    if (problem !== undefined) fail(problem, 'objectPublic')
    const mismatch = checkBinding(objectPublic, sensitive)
    if (mismatch !== undefined) fail(mismatch.rc, blamed[mismatch.blames])
  }

  return { outPrivate: sealPrivate(parentHandle, objectPublic, sensitive, tpm.nonces) }
})

/** The parameter that an area comes in. */
const blamed = { secret: 'duplicate', public: 'objectPublic', both: undefined } as const satisfies Record<
  Mismatch['blames'],
  unknown
>

function innerKeyBytes(symmetricAlg: TPMT_SYM_DEF_OBJECT): number {
  return symmetricAlg.algorithm === ALG.null ? 0 : symmetricAlg.keyBits / 8
}

export const duplicationCommands = [duplicate, rewrap, importCommand]
