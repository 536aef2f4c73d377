import {
  ALG,
  digestSize,
  Load,
  LoadExternal,
  nameOf,
  qualifiedNameOf,
  RC,
  RH,
  type TPMT_PUBLIC,
  type TPMT_SENSITIVE,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { copySensitive } from '../objects/copy-sensitive.ts'
import { checkBinding, checkPublicKey, type Mismatch } from '../objects/key-checks.ts'
import { openPrivate } from '../objects/private-blob.ts'
import { checkPublic, checkScheme } from '../objects/public-checks.ts'
import { refusalOf } from '../objects/refusal.ts'
import { LoadedObject } from '../state/loaded-object.ts'
import { isLoadedParent } from './object.ts'

/** The parameter that an area comes in. */
const blamed = { secret: 'inPrivate', public: 'inPublic', both: undefined } as const satisfies Record<
  Mismatch['blames'],
  unknown
>

/**
 * Part 3, 12.2.
 * @throws TYPE if the parent is none; INTEGRITY if inPrivate is not of this parent and public area; BINDING if the two
 * areas are of different keys; OBJECT_MEMORY.
 */
const load = implement(Load, (tpm, { handles: { parentHandle }, parameters, fail }) => {
  const { inPrivate, inPublic } = parameters
  const handle = tpm.slots.freeHandle(parentHandle)
  if (!isLoadedParent(parentHandle)) fail(RC.type, 'parentHandle')
  if (inPrivate.length === 0) fail(RC.size, 'inPrivate')
  const sensitive = refusalOf(() => openPrivate(parentHandle, inPublic, inPrivate))
  if (typeof sensitive === 'number') return fail(sensitive, 'inPrivate')
  const { objectAttributes: parentAttributes } = parentHandle.publicArea
  // Only this TPM wraps for a parent that never leaves it, and what it wrapped it had made or checked (Part 3, 13.3.1)
  const isVouchedFor = parentAttributes.fixedTPM
  const problem = checkPublic(inPublic, parentAttributes)
  if (problem !== undefined) fail(problem, 'inPublic')
  const mismatch = isVouchedFor ? undefined : checkBinding(inPublic, sensitive)
  if (mismatch !== undefined) fail(mismatch.rc, blamed[mismatch.blames])

  const qualifiedName = qualifiedNameOf(inPublic.nameAlg, parentHandle.qualifiedName, nameOf(inPublic))
  const { hierarchy } = parentHandle
  const object = new LoadedObject({ handle, publicArea: inPublic, sensitive, qualifiedName, hierarchy })
  tpm.slots.put(object)
  return { handle, name: object.name }
})

/**
 * Part 3, 12.3.
 * @throws HIERARCHY if a private area claims a hierarchy; ATTRIBUTES if it claims this TPM's protection; BINDING, TYPE,
 * KEY, ECC_POINT if the areas do not make a key; OBJECT_MEMORY.
 */
const loadExternal = implement(LoadExternal, (tpm, { parameters, fail }) => {
  const { inPrivate, inPublic, hierarchy } = parameters
  const { objectAttributes: a, nameAlg } = inPublic
  const handle = tpm.slots.freeHandle()
  if (!tpm.isEnabled(hierarchy)) fail(RC.hierarchy, 'hierarchy')
  if (inPrivate !== undefined) {
    if (hierarchy !== RH.null) fail(RC.hierarchy, 'hierarchy')
    if (a.fixedTPM || a.fixedParent || a.restricted) fail(RC.attributes, 'inPublic')
  }
  const isWhole = inPrivate !== undefined
  if (isWhole && isSeedTooLong(inPublic, inPrivate)) fail(RC.keySize, 'inPrivate')
  const problem =
    (isWhole && nameAlg !== ALG.null ? checkPublic(inPublic, foreignParent(inPublic)) : checkScheme(inPublic)) ??
    (isWhole ? undefined : checkPublicKey(inPublic))
  if (problem !== undefined) fail(problem, 'inPublic')
  const mismatch = inPrivate === undefined ? undefined : checkBinding(inPublic, inPrivate)
  if (mismatch !== undefined) fail(mismatch.rc, blamed[mismatch.blames])

  const name = nameOf(inPublic)
  const object = new LoadedObject({
    handle,
    publicArea: inPublic,
    sensitive: inPrivate === undefined ? undefined : copySensitive(inPrivate),
    // Under no parent of this TPM there is nothing to be qualified by
    qualifiedName: name,
    hierarchy,
    isExternal: true,
  })
  tpm.slots.put(object)
  return { handle, name }
})

/** What libtpms looks at before the public area. */
const isSeedTooLong = ({ nameAlg }: TPMT_PUBLIC, { seedValue }: TPMT_SENSITIVE): boolean =>
  nameAlg !== ALG.null && seedValue.length > digestSize(nameAlg)

/** Nobody says what the parent of an external object was: any that fits will do. */
const foreignParent = ({ objectAttributes: { fixedTPM, encryptedDuplication } }: TPMT_PUBLIC) => ({
  fixedTPM,
  encryptedDuplication,
})

export const loadCommands = [load, loadExternal]
