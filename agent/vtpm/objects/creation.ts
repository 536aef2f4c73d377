import {
  ALG,
  digest,
  encode,
  handleName,
  nameOf,
  ST,
  TPMA_LOCALITY,
  TPMS_CREATION_DATA,
  type Ticket,
  type TPML_PCR_SELECTION,
  type TPMT_PUBLIC,
  decode,
  hmac,
} from '../../../core/tpm/index.ts'
import { Writer } from '../../../core/bytes/index.ts'
import type { Hierarchy } from '../state/entity.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import { localityAttribute } from '../state/pcr-rules.ts'
import { contextHash, type TpmState } from '../state/tpm-state.ts'

/** Under what circumstances an object was made, and the proof that this TPM made it (Part 1, 27.5.2). */
export interface Creation {
  readonly creationData: TPMS_CREATION_DATA
  readonly creationHash: Uint8Array
  readonly creationTicket: Ticket
}

interface Circumstances {
  readonly parent: LoadedObject | Hierarchy
  readonly outsideInfo: Uint8Array
  readonly creationPCR: TPML_PCR_SELECTION
  readonly locality: number
}

export function recordCreation(tpm: TpmState, publicArea: TPMT_PUBLIC, circumstances: Circumstances): Creation {
  const { parent, outsideInfo, creationPCR, locality } = circumstances
  const { nameAlg } = publicArea
  const pcrSelect = tpm.pcrs.implemented(creationPCR)
  const isPrimary = parent.kind === 'hierarchy'
  const creationData = {
    pcrSelect,
    pcrDigest: tpm.pcrs.digestOf(pcrSelect, nameAlg),
    locality: decode(TPMA_LOCALITY, Uint8Array.of(localityAttribute(locality))),
    parentNameAlg: isPrimary ? ALG.null : parent.publicArea.nameAlg,
    parentName: isPrimary ? handleName(parent.handle) : parent.name,
    parentQualifiedName: isPrimary ? handleName(parent.handle) : parent.qualifiedName,
    outsideInfo,
  }
  const creationHash = digest(nameAlg, encode(TPMS_CREATION_DATA, creationData))
  const hierarchy = isPrimary ? parent.handle : parent.hierarchy
  return {
    creationData,
    creationHash,
    creationTicket: creationTicket(tpm, hierarchy, nameOf(publicArea), creationHash),
  }
}

/** Part 2, 10.7.3. */
export function creationTicket(tpm: TpmState, hierarchy: number, name: Uint8Array, creationHash: Uint8Array): Ticket {
  const bound = new Writer().u16(ST.creation).bytes(name).bytes(creationHash).done()
  return { tag: ST.creation, hierarchy, digest: hmac(contextHash, tpm.proofOf(hierarchy), bound) }
}
