import {
  ALG,
  CreateLoaded,
  decode,
  handleName,
  nameOf,
  qualifiedNameOf,
  RC,
  type TPMS_SENSITIVE_CREATE,
  TPMT_PUBLIC,
} from '../../../core/tpm/index.ts'
import { afterwards, implement } from '../implement.ts'
import { completeDerivation, readDerivedTemplate } from '../objects/derivation.ts'
import { derivedKeys, primaryKeys, randomKeys } from '../objects/key-sources.ts'
import { type KeySource, makeObject, type MadeObject } from '../objects/make-object.ts'
import { sealPrivate } from '../objects/private-blob.ts'
import {
  checkCreation,
  checkProtection,
  checkPublic,
  isAuthTooLong,
  isDerivationParent,
} from '../objects/public-checks.ts'
import { refusalOf } from '../objects/refusal.ts'
import type { Hierarchy } from '../state/entity.ts'
import { LoadedObject } from '../state/loaded-object.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { isLoadedParent } from './object.ts'

interface Parameters {
  readonly inSensitive: TPMS_SENSITIVE_CREATE
  readonly inPublic: Uint8Array
}
/** What an object is made to, and where its keys come from. */
interface Plan {
  readonly template: TPMT_PUBLIC
  readonly source: KeySource
}
type Fail = (rc: number, field?: keyof Parameters) => never

function checkAuthValue({ inSensitive }: Parameters, { nameAlg }: TPMT_PUBLIC, fail: Fail): void {
  if (isAuthTooLong(inSensitive.userAuth, nameAlg)) fail(RC.size, 'inSensitive')
}

/** A primary object, or an ordinary one under a storage parent. */
function planCreation(tpm: TpmState, parent: LoadedObject | Hierarchy, parameters: Parameters, fail: Fail): Plan {
  const { inSensitive, inPublic } = parameters
  const template = refusalOf(() => decode(TPMT_PUBLIC, inPublic))
  if (typeof template === 'number') return fail(template, 'inPublic')
  checkAuthValue(parameters, template, fail)
  const isPrimary = parent.kind === 'hierarchy'
  const parentAttributes = isPrimary ? undefined : parent.publicArea.objectAttributes
  const problem =
    checkCreation(template, parentAttributes, inSensitive.data.length) ??
    (isPrimary ? undefined : checkProtection(template, parent.publicArea))
  if (problem !== undefined) fail(problem, 'inPublic')
  const source = isPrimary ? primaryKeys(tpm, tpm.seedOf(parent.handle), template, inSensitive.data) : randomKeys(tpm)
  return { template, source }
}

/** An object whose secret follows from its parent's, a label and a context (Part 1, 28). */
function planDerivation(parent: LoadedObject, parameters: Parameters, fail: Fail): Plan {
  const { inSensitive, inPublic } = parameters
  const derived = refusalOf(() => readDerivedTemplate(inPublic))
  if (typeof derived === 'number') return fail(derived, 'inPublic')
  const { template } = derived
  if (template.type === ALG.rsa) fail(RC.type, 'inPublic')
  if (template.objectAttributes.sensitiveDataOrigin) fail(RC.attributes)
  if (!template.objectAttributes.fixedParent) fail(RC.attributes, 'inPublic')
  const problem =
    checkPublic(template, parent.publicArea.objectAttributes) ?? checkProtection(template, parent.publicArea)
  if (problem !== undefined) fail(problem, 'inPublic')
  checkAuthValue(parameters, template, fail)
  const by = refusalOf(() => completeDerivation(derived.by, inSensitive.data))
  return typeof by === 'number' ? fail(by) : { template, source: derivedKeys(parent, by) }
}

/**
 * Part 3, 12.9: a primary object under a hierarchy, an ordinary one under a storage parent, a derived one under a
 * derivation parent.
 * @throws TYPE if the parent is none; SIZE if the authValue is longer than nameAlg's digest; OBJECT_MEMORY; what
 * `checkCreation` lists.
 */
const createLoaded = implement(CreateLoaded, (tpm, { handles: { parentHandle: parent }, parameters, fail }) => {
  const { inSensitive } = parameters
  const isPrimary = parent.kind === 'hierarchy'
  const isDerivation =
    parent.kind === 'object' && isDerivationParent(parent.publicArea) && parent.sensitive !== undefined
  if (parent.kind === 'object' && !isDerivation && !isLoadedParent(parent)) fail(RC.type, 'parentHandle')
  const handle = tpm.slots.freeHandle(parent)
  const { template, source } = isDerivation
    ? planDerivation(parent, parameters, fail)
    : planCreation(tpm, parent, parameters, fail)

  const complete = ({ publicArea, sensitive }: MadeObject) => {
    const name = nameOf(publicArea)
    const above = isPrimary ? handleName(parent.handle) : parent.qualifiedName
    const qualifiedName = qualifiedNameOf(publicArea.nameAlg, above, name)
    const hierarchy = isPrimary ? parent.handle : parent.hierarchy
    const outPrivate =
      isPrimary || isDerivation ? new Uint8Array(0) : sealPrivate(parent, publicArea, sensitive, tpm.nonces)
    tpm.slots.put(new LoadedObject({ handle, publicArea, sensitive, qualifiedName, hierarchy }))
    return { handle, outPrivate, outPublic: publicArea, name }
  }
  const made = makeObject(template, inSensitive, source)
  return afterwards(made, complete)
})

export const createLoadedCommands = [createLoaded]
