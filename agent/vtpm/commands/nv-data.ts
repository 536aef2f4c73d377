import {
  digest,
  NV_Extend,
  NV_GlobalWriteLock,
  NV_Increment,
  NV_Read,
  NV_ReadLock,
  NV_SetBits,
  NV_Write,
  NV_WriteLock,
  RC,
  TPM2B_MAX_NV_BUFFER,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { isBits, isCounter, isExtend, refusesRead, refusesWrite } from './nv-access.ts'
import { contentsOf, counterOf, setAttributes, uint64, writeContents } from './nv-contents.ts'

/**
 * @throws NV_LOCKED, NV_AUTHORIZATION; ATTRIBUTES if the index is a counter, bit field or extend index; VALUE if the
 * offset lies outside; NV_RANGE if the data does, or is not all of an index that is written as a whole.
 */
const nvWrite = implement(NV_Write, (tpm, { handles, parameters: { data, offset }, fail }) => {
  const { nvIndex } = handles
  const { attributes, dataSize } = nvIndex.nvPublic
  const refusal = refusesWrite(handles)
  if (refusal !== undefined) fail(refusal)
  if (isCounter(nvIndex) || isBits(nvIndex) || isExtend(nvIndex)) fail(RC.attributes)
  if (offset > dataSize) fail(RC.value, 'offset')
  if (offset + data.length > dataSize) fail(RC.nvRange)
  if (attributes.writeAll && data.length < dataSize) fail(RC.nvRange)

  const contents = contentsOf(nvIndex).slice()
  contents.set(data, offset)
  writeContents(tpm, nvIndex, contents)
  return {}
})

/** @throws NV_LOCKED, NV_AUTHORIZATION; ATTRIBUTES if the index is no counter. */
const nvIncrement = implement(NV_Increment, (tpm, { handles, fail }) => {
  const { nvIndex } = handles
  const refusal = refusesWrite(handles)
  if (refusal !== undefined) fail(refusal)
  if (!isCounter(nvIndex)) fail(RC.attributes, 'nvIndex')

  const start = nvIndex.nvPublic.attributes.written ? counterOf(nvIndex) : tpm.persistent.highestCounter
  writeContents(tpm, nvIndex, uint64(start + 1n))
  return {}
})

/** @throws NV_LOCKED, NV_AUTHORIZATION; ATTRIBUTES if the index is no extend index. */
const nvExtend = implement(NV_Extend, (tpm, { handles, parameters: { data }, fail }) => {
  const { nvIndex } = handles
  const refusal = refusesWrite(handles)
  if (refusal !== undefined) fail(refusal)
  if (!isExtend(nvIndex)) fail(RC.attributes, 'nvIndex')

  writeContents(tpm, nvIndex, digest(nvIndex.nvPublic.nameAlg, contentsOf(nvIndex), data))
  return {}
})

/** @throws NV_LOCKED, NV_AUTHORIZATION; ATTRIBUTES if the index is no bit field. */
const nvSetBits = implement(NV_SetBits, (tpm, { handles, parameters: { bits }, fail }) => {
  const { nvIndex } = handles
  const refusal = refusesWrite(handles)
  if (refusal !== undefined) fail(refusal)
  if (!isBits(nvIndex)) fail(RC.attributes, 'nvIndex')

  writeContents(tpm, nvIndex, uint64(counterOf(nvIndex) | bits))
  return {}
})

/**
 * @throws NV_LOCKED, NV_AUTHORIZATION, NV_UNINITIALIZED; VALUE if the offset lies outside or the size is more than one
 * answer holds; NV_RANGE if the end lies outside.
 */
const nvRead = implement(NV_Read, (_tpm, { handles, parameters: { size, offset }, fail }) => {
  const { nvIndex } = handles
  const refusal = refusesRead(handles)
  if (refusal !== undefined) fail(refusal)
  if (size > TPM2B_MAX_NV_BUFFER.max) fail(RC.value, 'size')
  if (offset > nvIndex.nvPublic.dataSize) fail(RC.value, 'offset')
  if (offset + size > nvIndex.nvPublic.dataSize) fail(RC.nvRange)

  return { data: contentsOf(nvIndex).slice(offset, offset + size) }
})

/** @throws NV_AUTHORIZATION; ATTRIBUTES if the index cannot be locked for writing. */
const nvWriteLock = implement(NV_WriteLock, (tpm, { handles, fail }) => {
  const { nvIndex } = handles
  const refusal = refusesWrite(handles)
  if (refusal === RC.nvAuthorization) fail(refusal)
  // One that is locked stays so; that is no error.
  if (refusal !== undefined) return {}
  const { writeDefine, writeStClear } = nvIndex.nvPublic.attributes
  if (!writeDefine && !writeStClear) fail(RC.attributes, 'nvIndex')

  setAttributes(tpm, nvIndex, { writeLocked: true })
  return {}
})

/** Part 3, 31.12: until the next start, or for good where the index says so. */
const nvGlobalWriteLock = implement(NV_GlobalWriteLock, (tpm) => {
  const locking = tpm.persistent.nvIndices.filter(({ nvPublic }) => nvPublic.attributes.globalLock)
  for (const nvIndex of locking) setAttributes(tpm, nvIndex, { writeLocked: true })
  return {}
})

/** @throws NV_AUTHORIZATION; ATTRIBUTES if the index cannot be locked for reading. */
const nvReadLock = implement(NV_ReadLock, (tpm, { handles, fail }) => {
  const { nvIndex } = handles
  const refusal = refusesRead(handles)
  if (refusal === RC.nvAuthorization) fail(refusal)
  if (refusal === RC.nvLocked) return {}
  if (!nvIndex.nvPublic.attributes.readStClear) fail(RC.attributes, 'nvIndex')

  setAttributes(tpm, nvIndex, { readLocked: true })
  return {}
})

export const nvDataCommands = [
  nvWrite,
  nvIncrement,
  nvExtend,
  nvSetBits,
  nvRead,
  nvWriteLock,
  nvGlobalWriteLock,
  nvReadLock,
]
