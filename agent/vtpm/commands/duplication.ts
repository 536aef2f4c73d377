import { ALG, digestSize, Import, nameOf, RC, type TPMT_SYM_DEF_OBJECT } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { openDuplicate } from '../objects/duplicate.ts'
import { checkBinding, checkPublicKey } from '../objects/key-checks.ts'
import { sealPrivate } from '../objects/private-blob.ts'
import { checkPublic } from '../objects/public-checks.ts'
import { refusalOf } from '../objects/refusal.ts'
import { openSecret } from '../objects/shared-secret.ts'
import { isLoadedParent } from './object.ts'

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
    const problem = checkPublic(objectPublic, parentAttributes) ?? checkPublicKey(objectPublic)
    if (problem !== undefined) fail(problem, 'objectPublic')
    const mismatch = checkBinding(objectPublic, sensitive)
    if (mismatch !== undefined) fail(mismatch, mismatch === RC.binding ? undefined : 'duplicate')
  }

  return { outPrivate: sealPrivate(parentHandle, objectPublic, sensitive, tpm.random) }
})

function innerKeyBytes(symmetricAlg: TPMT_SYM_DEF_OBJECT): number {
  return symmetricAlg.algorithm === ALG.null ? 0 : symmetricAlg.keyBits / 8
}

export const duplicationCommands = [importCommand]
