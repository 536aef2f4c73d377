import {
  ALG,
  digest,
  digestSize,
  hashAlgorithms,
  PCR_Allocate,
  PCR_Event,
  PCR_Extend,
  PCR_Read,
  PCR_Reset,
  PCR_SetAuthPolicy,
  PCR_SetAuthValue,
  RC,
  selectedPcrs,
  selectPcrs,
  taggedDigest,
  type TPML_PCR_SELECTION,
  withoutTrailingZeros,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { extendPcr, mayExtend } from '../state/extend-pcr.ts'
import { dynamicPcr, pcrRule } from '../state/pcr-banks.ts'
import { isResetAllowed } from '../state/pcr-rules.ts'

/** TPML_DIGEST holds no more (Part 2, 10.9.4). */
const maxDigests = 8
const maxPcrs = 24

/**
 * Part 3, 22.2: the null handle extends nothing.
 * @throws LOCALITY if this locality may not extend the PCR.
 */
const pcrExtend = implement(PCR_Extend, (tpm, { handles: { pcrHandle }, parameters, locality, fail }) => {
  if (!mayExtend(pcrHandle, locality)) fail(RC.locality)
  extendPcr(tpm, pcrHandle, parameters.digests)
  return {}
})

/** Part 3, 22.3: the TPM hashes the event by every hash it has, for a bank or not. */
const pcrEvent = implement(PCR_Event, (tpm, { handles: { pcrHandle }, parameters, locality, fail }) => {
  if (!mayExtend(pcrHandle, locality)) fail(RC.locality)
  const digests = hashAlgorithms.map(({ id }) => taggedDigest(id, digest(id, parameters.eventData)))
  extendPcr(tpm, pcrHandle, digests)
  return { digests }
})

/** Part 3, 22.4: as many as fit into one answer; the selection says which. */
const pcrRead = implement(PCR_Read, (tpm, { parameters }) => {
  const pcrValues: Uint8Array[] = []
  const pcrSelectionOut = tpm.pcrs.implemented(parameters.pcrSelectionIn).map(({ hash, pcrSelect }) => {
    const read = selectedPcrs({ hash, pcrSelect }).filter((pcr) => {
      const value = tpm.pcrs.value(hash, pcr)
      if (value === undefined || pcrValues.length === maxDigests) return false
      pcrValues.push(value)
      return true
    })
    return selectPcrs(hash, read)
  })
  return { pcrUpdateCounter: tpm.pcrs.updateCounter, pcrSelectionOut, pcrValues }
})

/** What the starts of trust are measured into, H-CRTM and D-RTM: no allocation is without them. */
const rootPcrs = [0, dynamicPcr]

/**
 * Part 3, 22.5: takes effect at the next TPM Reset; a bank that is not named stays as it is in force.
 * @throws PCR if no bank had PCR 0, or none PCR 17.
 */
const pcrAllocate = implement(PCR_Allocate, (tpm, { parameters, fail }) => {
  const wanted = new Map(parameters.pcrAllocation.map((selection) => [selection.hash, selection]))
  const pcrAllocation: TPML_PCR_SELECTION = tpm.pcrs.allocation.map(
    (selection) => wanted.get(selection.hash) ?? selection,
  )
  const allocated = new Set(pcrAllocation.flatMap(selectedPcrs))
  if (!rootPcrs.every((pcr) => allocated.has(pcr))) fail(RC.pcr)
  const sizeNeeded = pcrAllocation.reduce(
    (sum, { hash, pcrSelect }) =>
      sum +
      selectedPcrs({ hash, pcrSelect }).length * (hashAlgorithms.find((row) => row.id === hash)?.digestBytes ?? 0),
    0,
  )
  const sizeAvailable = maxPcrs * hashAlgorithms.reduce((sum, row) => sum + row.digestBytes, 0)
  tpm.persist({ pcrAllocation })
  tpm.isReallocated = true
  return { allocationSuccess: 1, maxPCR: maxPcrs, sizeNeeded, sizeAvailable }
})

/**
 * Part 3, 22.6: one policy for all PCRs of the group.
 * @throws SIZE if authPolicy is no digest of hashAlg; VALUE if the PCR is in no group.
 */
const pcrSetAuthPolicy = implement(PCR_SetAuthPolicy, (tpm, { parameters: { authPolicy, hashAlg, pcrNum }, fail }) => {
  if (authPolicy.length !== (hashAlg === ALG.null ? 0 : digestSize(hashAlg))) fail(RC.size, 'authPolicy')
  if (!pcrRule(pcrNum).isAuthorized) fail(RC.value, 'pcrNum')
  tpm.persist({ pcrPolicy: { hash: hashAlg, digest: authPolicy.slice() } })
  return {}
})

/**
 * Part 3, 22.7: one authValue for all PCRs of the group.
 * @throws VALUE if the PCR is in no group.
 */
const pcrSetAuthValue = implement(PCR_SetAuthValue, (tpm, { handles: { pcrHandle }, parameters: { auth }, fail }) => {
  if (!pcrRule(pcrHandle.handle).isAuthorized) fail(RC.value)
  const { pcrAuthValue } = tpm.reset
  tpm.changeReset({ pcrAuthValue: withoutTrailingZeros(auth).slice() })
  pcrAuthValue.fill(0)
  return {}
})

/**
 * Part 3, 22.8.
 * @throws LOCALITY if this locality may not reset the PCR.
 */
const pcrReset = implement(PCR_Reset, (tpm, { handles, locality, fail }) => {
  const { handle } = handles.pcrHandle
  if (!isResetAllowed(pcrRule(handle), locality)) fail(RC.locality)
  tpm.pcrs.reset(handle)
  return {}
})

export const integrityCollectionCommands = [
  pcrExtend,
  pcrEvent,
  pcrRead,
  pcrAllocate,
  pcrSetAuthPolicy,
  pcrSetAuthValue,
  pcrReset,
]
