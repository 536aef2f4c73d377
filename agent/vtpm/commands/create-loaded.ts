import {
  CreateLoaded,
  decode,
  digestSize,
  handleName,
  nameOf,
  qualifiedNameOf,
  RC,
  TPMT_PUBLIC,
} from '../../../core/tpm/index.ts'
import { afterwards, implement } from '../implement.ts'
import { primaryKeys, randomKeys } from '../objects/key-sources.ts'
import { makeObject, type MadeObject } from '../objects/make-object.ts'
import { sealPrivate } from '../objects/private-blob.ts'
import { checkCreation } from '../objects/public-checks.ts'
import { refusalOf } from '../objects/refusal.ts'
import { LoadedObject } from '../state/loaded-object.ts'
import { isLoadedParent } from './object.ts'

/**
 * Part 3, 12.9: a primary object under a hierarchy, an ordinary one under a storage parent.
 * @throws TYPE if the parent is none; SIZE if the authValue is longer than nameAlg's digest; OBJECT_MEMORY; what
 * `checkCreation` lists.
 */
const createLoaded = implement(CreateLoaded, (tpm, { handles: { parentHandle: parent }, parameters, fail }) => {
  const { inSensitive, inPublic } = parameters
  if (parent.kind === 'object' && !isLoadedParent(parent)) fail(RC.type, 'parentHandle')
  const handle = tpm.slots.freeHandle()
  const template = refusalOf(() => decode(TPMT_PUBLIC, inPublic))
  if (typeof template === 'number') return fail(template, 'inPublic')
  const isPrimary = parent.kind === 'hierarchy'
  const parentAttributes = isPrimary ? undefined : parent.publicArea.objectAttributes
  const problem = checkCreation(template, parentAttributes, inSensitive.data.length)
  if (problem !== undefined) fail(problem, 'inPublic')
  if (inSensitive.userAuth.length > digestSize(template.nameAlg)) fail(RC.size, 'inSensitive')

  const complete = ({ publicArea, sensitive }: MadeObject) => {
    const name = nameOf(publicArea)
    const above = isPrimary ? handleName(parent.handle) : parent.qualifiedName
    const qualifiedName = qualifiedNameOf(publicArea.nameAlg, above, name)
    const hierarchy = isPrimary ? parent.handle : parent.hierarchy
    const outPrivate = isPrimary ? new Uint8Array(0) : sealPrivate(parent, publicArea, sensitive, tpm.random)
    tpm.slots.put(new LoadedObject({ handle, publicArea, sensitive, qualifiedName, hierarchy }))
    return { handle, outPrivate, outPublic: publicArea, name }
  }
  const source = isPrimary ? primaryKeys(tpm, tpm.seedOf(parent.handle), template, inSensitive.data) : randomKeys(tpm)
  const made = makeObject(template, inSensitive, source)
  return afterwards(made, complete)
})

export const createLoadedCommands = [createLoaded]
