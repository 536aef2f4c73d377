import {
  ContextLoad,
  ContextSave,
  EvictControl,
  firstHandle,
  FlushContext,
  handleType,
  HT,
  RC,
  RH,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { copySensitive } from '../objects/copy-sensitive.ts'
import { refusalOf } from '../objects/refusal.ts'
import { openContext, savedStClearObject, sealContext } from '../objects/saved-context.ts'
import { decodeObject, encodeObject } from '../objects/object-context.ts'
import { decodeSequence, encodeSequence } from '../objects/sequence-context.ts'
import { decodeSession, encodeSession } from '../objects/session-context.ts'
import { isInRange } from '../state/handle-ranges.ts'
import { restoredSequence } from './sequences.ts'
import { findPersistent, putPersistent, removePersistent } from '../state/persistent-objects.ts'

/** Part 2, 14.5: what stands for the kind of object in a saved context. */
const savedObject = 0x80000000
const savedSequence = 0x80000001

/**
 * Part 3, 28.2: an object or a sequence stays loaded, a session leaves.
 * @throws CONTEXT_GAP if another session was saved too long ago.
 */
const contextSave = implement(ContextSave, (tpm, { handles: { saveHandle } }) => {
  if (saveHandle.kind === 'session') {
    const sequence = tpm.sessions.save(saveHandle)
    const content = encodeSession(saveHandle)
    tpm.outdateShutdown()
    const about = { sequence, savedHandle: saveHandle.handle, hierarchy: RH.null }
    saveHandle.erase()
    return { context: { ...about, contextBlob: sealContext(tpm, about, content) } }
  }
  const sequence = tpm.reset.objectContextId + 1n
  tpm.changeReset({ objectContextId: sequence })
  if (saveHandle.kind === 'sequence') {
    const about = { sequence, savedHandle: savedSequence, hierarchy: RH.null }
    return { context: { ...about, contextBlob: sealContext(tpm, about, encodeSequence(saveHandle.save())) } }
  }
  const savedHandle = saveHandle.publicArea.objectAttributes.stClear ? savedStClearObject : savedObject
  const about = { sequence, savedHandle, hierarchy: saveHandle.hierarchy }
  return { context: { ...about, contextBlob: sealContext(tpm, about, encodeObject(saveHandle)) } }
})

/**
 * Part 3, 28.3.
 * @throws VALUE if no session can have the handle; INTEGRITY if this TPM did not save it since its last reset; HIERARCHY
 * if that is disabled; HANDLE if a session was loaded or flushed since; OBJECT_MEMORY, SESSION_MEMORY, CONTEXT_GAP; what
 * is malformed in one that another version of this TPM saved.
 */
const contextLoad = implement(ContextLoad, (tpm, { parameters: { context }, fail }) => {
  const { savedHandle, sequence } = context
  const isSession = handleType(savedHandle) !== HT.transient
  if (isSession && !isInRange(tpm, savedHandle)) fail(RC.value, 'context')
  const content = openContext(tpm, context)
  if (typeof content === 'number') return fail(content, 'context')
  if (!tpm.isEnabled(context.hierarchy)) fail(RC.hierarchy, 'context')
  if (isSession) {
    if (!tpm.sessions.isSaved(savedHandle, sequence)) fail(RC.handle, 'context')
    tpm.sessions.checkRoom(savedHandle)
    const session = refusalOf(() => decodeSession(savedHandle, content))
    if (typeof session === 'number') return fail(session, 'context')
    tpm.sessions.put(session)
    return { handle: savedHandle }
  }
  const handle = tpm.slots.freeHandle()
  const isSequence = savedHandle === savedSequence
  const object = refusalOf(() =>
    isSequence ? restoredSequence(handle, decodeSequence(content)) : decodeObject(handle, content),
  )
  if (typeof object === 'number') return fail(object, 'context')
  tpm.slots.put(object)
  return { handle }
})

/**
 * Part 3, 28.4.
 * @throws VALUE if this TPM never gives out the handle; HANDLE if nothing is there.
 */
const flushContext = implement(FlushContext, (tpm, { parameters: { flushHandle }, fail }) => {
  if (!isInRange(tpm, flushHandle)) fail(RC.value, 'flushHandle')
  if (handleType(flushHandle) === HT.transient) {
    if (tpm.slots.get(flushHandle) === undefined) fail(RC.handle, 'flushHandle')
    tpm.slots.flush(flushHandle)
    return {}
  }
  if (!tpm.sessions.flush(flushHandle)) fail(RC.handle, 'flushHandle')
  return {}
})

/**
 * Part 3, 28.5.
 * @throws ATTRIBUTES if the object may not persist; HIERARCHY or RANGE if it or the handle is not of the authorizing
 * hierarchy; HANDLE if another object is to be removed; NV_DEFINED; NV_SPACE.
 */
const evictControl = implement(EvictControl, (tpm, { handles: { auth, objectHandle }, parameters, fail }) => {
  const { persistentHandle } = parameters
  const isPersistent = handleType(objectHandle.handle) === HT.persistent
  const { publicArea, sensitive, hierarchy, qualifiedName } = objectHandle
  if (hierarchy === RH.null || publicArea.objectAttributes.stClear || sensitive === undefined) {
    return fail(RC.attributes, 'objectHandle')
  }
  const isPlatform = auth.handle === RH.platform
  if (isPlatform !== (hierarchy === RH.platform) && !(isPlatform && isPersistent)) fail(RC.hierarchy, 'objectHandle')
  if (isPersistent && objectHandle.handle !== persistentHandle) fail(RC.handle, 'objectHandle')
  const isPlatformHandle = persistentHandle >= firstHandle.platformPersistent
  if (isPlatform !== isPlatformHandle && !(isPlatform && isPersistent)) fail(RC.range, 'persistentHandle')
  if (isPersistent) {
    removePersistent(tpm, (object) => object.handle === persistentHandle)
    return {}
  }
  if (findPersistent(tpm, persistentHandle) !== undefined) fail(RC.nvDefined)
  if (tpm.persistent.objects.length >= tpm.profile.maxPersistentObjects) fail(RC.nvSpace)
  const kept = { handle: persistentHandle, hierarchy, publicArea, sensitive: copySensitive(sensitive), qualifiedName }
  putPersistent(tpm, kept)
  return {}
})

export const contextCommands = [contextSave, contextLoad, flushContext, evictControl]
