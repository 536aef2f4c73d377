import {
  ALG,
  digest,
  EventSequenceComplete,
  Hash,
  HashSequenceStart,
  HMAC,
  hmac,
  HMAC_Start,
  RC,
  SequenceComplete,
  SequenceUpdate,
  ST,
} from '../../../core/tpm/index.ts'
import { ResumableHash } from '../hashing/resumable-hash.ts'
import { implement } from '../implement.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import { extendPcr, mayExtend } from '../state/extend-pcr.ts'
import { hashCheckTicket, isSafeBeginning, nullTicket } from './hash-tickets.ts'
import { EventSequence, HashSequence, HmacSequence } from './sequences.ts'

const hash = implement(Hash, (tpm, { parameters: { data, hashAlg, hierarchy } }) => {
  const outHash = digest(hashAlg, data)
  const validation = isTooShortOrSafe(data)
    ? hashCheckTicket(tpm, hierarchy, hashAlg, outHash)
    : nullTicket(ST.hashcheck)
  return { outHash, validation }
})

/** @throws TYPE, ATTRIBUTES or KEY if the object is no unrestricted HMAC key; VALUE if the hash algorithm is open. */
const hmacCommand = implement(HMAC, (_tpm, { handles, parameters, fail }) => {
  const refusal = refusesHmac(handles.handle)
  if (refusal !== undefined) fail(refusal, 'handle')
  const hashAlg = hmacHashOf(handles.handle, parameters.hashAlg)
  if (hashAlg === ALG.null) fail(RC.value, 'hashAlg')

  return { outHMAC: hmac(hashAlg, hmacKeyOf(handles.handle), parameters.buffer) }
})

/** @throws as HMAC does; OBJECT_MEMORY if no slot is free. */
const hmacStart = implement(HMAC_Start, (tpm, { handles, parameters, fail }) => {
  const refusal = refusesHmac(handles.handle)
  if (refusal !== undefined) fail(refusal, 'handle')
  const hashAlg = hmacHashOf(handles.handle, parameters.hashAlg)
  if (hashAlg === ALG.null) fail(RC.value, 'hashAlg')
  const handle = tpm.slots.freeHandle()

  tpm.slots.put(HmacSequence.start(handle, parameters.auth, hashAlg, hmacKeyOf(handles.handle)))
  return { handle }
})

/** @throws OBJECT_MEMORY if no slot is free. */
const hashSequenceStart = implement(HashSequenceStart, (tpm, { parameters: { auth, hashAlg } }) => {
  const handle = tpm.slots.freeHandle()

  const isEvent = hashAlg === ALG.null
  tpm.slots.put(isEvent ? new EventSequence(handle, auth) : new HashSequence(handle, auth, new ResumableHash(hashAlg)))
  return { handle }
})

/** @throws MODE if the object is no sequence; it blames the parameter, as libtpms does. */
const sequenceUpdate = implement(SequenceUpdate, (_tpm, { handles: { sequenceHandle }, parameters, fail }) => {
  if (!isSequence(sequenceHandle)) return fail(RC.mode, 'buffer')

  sequenceHandle.update(parameters.buffer)
  return {}
})

/** @throws MODE if the object is no hash or HMAC sequence. */
const sequenceComplete = implement(SequenceComplete, (tpm, { handles, parameters, fail }) => {
  const { sequenceHandle: sequence } = handles
  if (!(sequence instanceof HashSequence || sequence instanceof HmacSequence)) return fail(RC.mode, 'sequenceHandle')

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

function isSequence(object: unknown): object is HashSequence | HmacSequence | EventSequence {
  return object instanceof HashSequence || object instanceof HmacSequence || object instanceof EventSequence
}

function refusesHmac({ publicArea }: LoadedObject): number | undefined {
  if (publicArea.type !== ALG.keyedhash) return RC.type
  if (publicArea.objectAttributes.restricted) return RC.attributes
  return publicArea.objectAttributes.sign ? undefined : RC.key
}

/** The scheme's hash, with which a request must agree; TPM_ALG_NULL where neither says one. */
function hmacHashOf({ publicArea }: LoadedObject, requested: number): number {
  if (publicArea.type !== ALG.keyedhash || publicArea.parameters.scheme.scheme !== ALG.hmac) return requested
  const { hashAlg } = publicArea.parameters.scheme
  return requested === ALG.null || requested === hashAlg ? hashAlg : ALG.null
}

function hmacKeyOf({ sensitive }: LoadedObject): Uint8Array {
  if (sensitive?.sensitiveType !== ALG.keyedhash) throw new TypeError('an HMAC key whose sensitive area is loaded')
  return sensitive.sensitive
}

export const hashSequenceCommands = [
  hash,
  hmacCommand,
  hmacStart,
  hashSequenceStart,
  sequenceUpdate,
  sequenceComplete,
  eventSequenceComplete,
]
