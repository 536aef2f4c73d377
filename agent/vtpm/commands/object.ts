import {
  ActivateCredential,
  ALG,
  canCarrySecret,
  Create,
  digestSize,
  MakeCredential,
  makeCredential,
  nameOf,
  ObjectChangeAuth,
  openCredential,
  qualifiedNameOf,
  RC,
  ReadPublic,
  Unseal,
  type TPMT_PUBLIC,
} from '../../../core/tpm/index.ts'
import { equalInConstantTime } from '../../../core/bytes/index.ts'
import { afterwards, implement } from '../implement.ts'
import { recordCreation } from '../objects/creation.ts'
import { makeObject, type MadeObject } from '../objects/make-object.ts'
import { sealPrivate } from '../objects/private-blob.ts'
import { checkCreation, checkProtection, isAuthTooLong, isStorageParent } from '../objects/public-checks.ts'
import { refusalOf } from '../objects/refusal.ts'
import { openSecret } from '../objects/shared-secret.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import { randomKeys } from '../objects/key-sources.ts'

/** Whether an object can be the parent of others now: its secret must be there too. */
export const isLoadedParent = (object: LoadedObject): boolean =>
  isStorageParent(object.publicArea) && object.sensitive !== undefined

/**
 * Part 3, 12.1.
 * @throws TYPE if the parent is none; SIZE if the authValue is longer than nameAlg's digest; what `checkCreation` lists.
 */
const create = implement(Create, (tpm, { handles: { parentHandle }, parameters, locality, fail }) => {
  const { inSensitive, inPublic, outsideInfo, creationPCR } = parameters
  if (!isLoadedParent(parentHandle)) fail(RC.type, 'parentHandle')
  const parentArea = parentHandle.publicArea
  const problem =
    checkCreation(inPublic, parentArea.objectAttributes, inSensitive.data.length) ??
    checkProtection(inPublic, parentArea)
  if (problem !== undefined) fail(problem, 'inPublic')
  if (isAuthTooLong(inSensitive.userAuth, inPublic.nameAlg)) fail(RC.size, 'inSensitive')

  const complete = ({ publicArea, sensitive }: MadeObject) => ({
    outPrivate: sealPrivate(parentHandle, publicArea, sensitive, tpm.nonces),
    outPublic: publicArea,
    ...recordCreation(tpm, publicArea, { parent: parentHandle, outsideInfo, creationPCR, locality }),
  })
  const made = makeObject(inPublic, inSensitive, randomKeys(tpm))
  return afterwards(made, complete)
})

/** Part 3, 12.4. */
const readPublic = implement(ReadPublic, (_tpm, { handles: { objectHandle } }) => ({
  outPublic: objectHandle.publicArea,
  name: objectHandle.name,
  qualifiedName: objectHandle.qualifiedName,
}))

const isIdentityKey = (publicArea: TPMT_PUBLIC): boolean => isStorageParent(publicArea) && canCarrySecret(publicArea)

/**
 * Part 3, 12.5.
 * @throws TYPE if keyHandle is no restricted decryption key; INTEGRITY if the blob was altered or is for another object.
 */
const activateCredential = implement(ActivateCredential, (_tpm, { handles, parameters, fail }) => {
  const { activateHandle, keyHandle } = handles
  if (!isIdentityKey(keyHandle.publicArea)) fail(RC.type, 'keyHandle')

  const seed = openSecret(keyHandle, 'IDENTITY', parameters.secret)
  if (typeof seed === 'number') return fail(seed, 'secret')
  const certInfo = refusalOf(() =>
    openCredential(keyHandle.publicArea, seed, activateHandle.name, parameters.credentialBlob),
  )
  seed.fill(0)
  return typeof certInfo === 'number' ? fail(certInfo, 'credentialBlob') : { certInfo }
})

/**
 * Part 3, 12.6.
 * @throws TYPE if the key is no restricted decryption key; SIZE if the credential is longer than its nameAlg's digest.
 */
const makeCredentialFor = implement(MakeCredential, (tpm, { handles, parameters, fail }) => {
  const ek = handles.handle.publicArea
  if (!isIdentityKey(ek)) fail(RC.type, 'handle')
  if (parameters.credential.length > digestSize(ek.nameAlg)) fail(RC.size, 'credential')
  return makeCredential({ ek, name: parameters.objectName, secret: parameters.credential, random: tpm.random })
})

/**
 * Part 3, 12.7.
 * @throws TYPE if the object is a key.
 */
const unseal = implement(Unseal, (_tpm, { handles: { itemHandle }, fail }) => {
  const { type, objectAttributes: a } = itemHandle.publicArea
  if (type !== ALG.keyedhash || a.decrypt || a.sign || a.restricted) fail(RC.type, 'itemHandle')
  return { outData: itemHandle.sensitive?.sensitive.slice() ?? fail(RC.type, 'itemHandle') }
})

/**
 * Part 3, 12.8: the loaded object keeps its authValue; the new private area has the new one.
 * @throws TYPE if parentHandle is not the object's parent; SIZE if newAuth is longer than nameAlg's digest.
 */
const objectChangeAuth = implement(ObjectChangeAuth, (tpm, { handles, parameters, fail }) => {
  const { objectHandle, parentHandle } = handles
  const { publicArea, sensitive } = objectHandle
  const expected = qualifiedNameOf(publicArea.nameAlg, parentHandle.qualifiedName, nameOf(publicArea))
  if (!equalInConstantTime(expected, objectHandle.qualifiedName) || !isLoadedParent(parentHandle))
    fail(RC.type, 'parentHandle')
  if (isAuthTooLong(parameters.newAuth, publicArea.nameAlg)) fail(RC.size, 'newAuth')
  if (sensitive === undefined) return fail(RC.type, 'objectHandle')
  return {
    outPrivate: sealPrivate(parentHandle, publicArea, { ...sensitive, authValue: parameters.newAuth }, tpm.nonces),
  }
})

export const objectCommands = [create, readPublic, activateCredential, makeCredentialFor, unseal, objectChangeAuth]
