import {
  ALG,
  digest,
  EventSequenceComplete,
  Hash,
  HashSequenceStart,
  HMAC,
  HMAC_Start,
  RC,
  SequenceComplete,
  SequenceUpdate,
  ST,
} from '../../../core/tpm/index.ts'
import { ResumableHash } from '../hashing/resumable-hash.ts'
import { implement } from '../implement.ts'
import { extendPcr, mayExtend } from '../state/extend-pcr.ts'
import { hashCheckTicket, isSafeBeginning, nullTicket } from './hash-tickets.ts'
import { macKeyOf } from './mac-keys.ts'
import { CmacSequence, EventSequence, HashSequence, HmacSequence } from './sequences.ts'

const hash = implement(Hash, (tpm, { parameters: { data, hashAlg, hierarchy } }) => {
  const outHash = digest(hashAlg, data)
  const validation = isTooShortOrSafe(data)
    ? hashCheckTicket(tpm, hierarchy, hashAlg, outHash)
    : nullTicket(ST.hashcheck)
  return { outHash, validation }
})

/**
 * Part 3, 15.5 and 15.6.
 * @throws TYPE if the object is neither a keyed hash nor a cipher; VALUE if no scheme is said or another than the key's;
 * SCHEME if the key cannot have it; ATTRIBUTES if the key is restricted; KEY if it does not sign.
 */
const mac = implement(HMAC, (_tpm, { handles, parameters, fail }) => {
  const key = macKeyOf(handles.handle, parameters.hashAlg, fail)
  return { outHMAC: key.mac(parameters.buffer) }
})

/**
 * Part 3, 17.2 and 17.3.
 * @throws as MAC does; OBJECT_MEMORY if no slot is free.
 */
const macStart = implement(HMAC_Start, (tpm, { handles, parameters, fail }) => {
  const key = macKeyOf(handles.handle, parameters.hashAlg, fail)
  const handle = tpm.slots.freeHandle(handles.handle)

  tpm.slots.put(key.start(handle, parameters.auth.slice()))
  return { handle }
})

/** @throws OBJECT_MEMORY if no slot is free. */
const hashSequenceStart = implement(HashSequenceStart, (tpm, { parameters: { auth, hashAlg } }) => {
  const handle = tpm.slots.freeHandle()
  const authValue = auth.slice()

  const isEvent = hashAlg === ALG.null
  tpm.slots.put(
    isEvent ? new EventSequence(handle, authValue) : new HashSequence(handle, authValue, new ResumableHash(hashAlg)),
  )
  return { handle }
})

/** @throws MODE if the object is no sequence; it blames the parameter, as libtpms does. */
const sequenceUpdate = implement(SequenceUpdate, (_tpm, { handles: { sequenceHandle }, parameters, fail }) => {
  if (!isSequence(sequenceHandle)) return fail(RC.mode, 'buffer')

  sequenceHandle.update(parameters.buffer)
  return {}
})

/** @throws MODE if the object is no hash or MAC sequence. */
const sequenceComplete = implement(SequenceComplete, (tpm, { handles, parameters, fail }) => {
  const { sequenceHandle: sequence } = handles
  if (!isSequence(sequence) || sequence instanceof EventSequence) return fail(RC.mode, 'sequenceHandle')

  sequence.update(parameters.buffer)
  const result = sequence.digest()
  const validation =
    sequence instanceof HashSequence && sequence.isSafe
      ? hashCheckTicket(tpm, parameters.hierarchy, sequence.hashAlg, result)
      : nullTicket(ST.hashcheck)
  tpm.slots.flush(sequence.handle)
  return { result, validation }
})

/** @throws MODE if the object is no event sequence; LOCALITY if the PCR may not be extended from here. */
const eventSequenceComplete = implement(EventSequenceComplete, (tpm, { handles, parameters, locality, fail }) => {
  const { pcrHandle, sequenceHandle: sequence } = handles
  if (!(sequence instanceof EventSequence)) return fail(RC.mode, 'sequenceHandle')
  if (!mayExtend(pcrHandle, locality)) fail(RC.locality)

  sequence.update(parameters.buffer)
  const results = sequence.digests()
  extendPcr(tpm, pcrHandle, results)
  tpm.slots.flush(sequence.handle)
  return { results }
})

/** One command shows all of its data: what is shorter than the TPM's own mark cannot begin with it. */
function isTooShortOrSafe(data: Uint8Array): boolean {
  return data.length < 4 || isSafeBeginning(data)
}

const sequences = [HashSequence, HmacSequence, CmacSequence, EventSequence] as const

function isSequence(object: object): object is InstanceType<(typeof sequences)[number]> {
  return sequences.some((sequence) => object instanceof sequence)
}

export const hashSequenceCommands = [
  hash,
  mac,
  macStart,
  hashSequenceStart,
  sequenceUpdate,
  sequenceComplete,
  eventSequenceComplete,
]
