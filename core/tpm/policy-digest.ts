import { encode } from './codec.ts'
import { CC } from './constants/command-codes.ts'
import { digest, digestSize } from './hash.ts'
import { TPML_PCR_SELECTION } from './structures/index.ts'

const empty = new Uint8Array(0)
const uint32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)

/** A step of a policy: from one digest to the next, under the policy's hash. */
export type PolicyStep = (hash: number, old: Uint8Array) => Uint8Array

/** Part 3, 23.7: the digest of the selected PCR values, bound in with the selection. */
export const pcrStep =
  (pcrs: TPML_PCR_SELECTION, pcrDigest: Uint8Array): PolicyStep =>
  (hash, old) =>
    digest(hash, old, uint32(CC.PolicyPCR), encode(TPML_PCR_SELECTION, pcrs), pcrDigest)

/** Part 3, 23.2.3: PolicyUpdate, which binds an entity and a reference. */
const update =
  (commandCode: number, name: Uint8Array, policyRef: Uint8Array): PolicyStep =>
  (hash, old) =>
    digest(hash, digest(hash, old, uint32(commandCode), name), policyRef)

/** Part 3, 23.3. */
export const signedStep = (keyName: Uint8Array, policyRef: Uint8Array = empty): PolicyStep =>
  update(CC.PolicySigned, keyName, policyRef)
/** Part 3, 23.4. */
export const secretStep = (name: Uint8Array, policyRef: Uint8Array = empty): PolicyStep =>
  update(CC.PolicySecret, name, policyRef)
/** Part 3, 23.16: what was there is replaced, not extended. */
export const authorizeStep =
  (keySign: Uint8Array, policyRef: Uint8Array = empty): PolicyStep =>
  (hash) =>
    update(CC.PolicyAuthorize, keySign, policyRef)(hash, new Uint8Array(digestSize(hash)))

/** Part 3, 23.22: what was there is replaced, and no reference bound in. */
export const authorizeNvStep =
  (nvName: Uint8Array): PolicyStep =>
  (hash) =>
    digest(hash, new Uint8Array(digestSize(hash)), uint32(CC.PolicyAuthorizeNV), nvName)

/** Part 3, 23.17 and 23.18: both extend by PolicyAuthValue. */
export const authValueStep: PolicyStep = (hash, old) => digest(hash, old, uint32(CC.PolicyAuthValue))
/** Part 3, 23.11. */
export const commandCodeStep =
  (commandCode: number): PolicyStep =>
  (hash, old) =>
    digest(hash, old, uint32(CC.PolicyCommandCode), uint32(commandCode))
/** Part 3, 23.6: the alternatives replace the digest. */
export const orStep =
  (alternatives: readonly Uint8Array[]): PolicyStep =>
  (hash) =>
    digest(hash, new Uint8Array(digestSize(hash)), uint32(CC.PolicyOR), ...alternatives)
/** Part 3, 23.8. */
export const localityStep =
  (locality: number): PolicyStep =>
  (hash, old) =>
    digest(hash, old, uint32(CC.PolicyLocality), Uint8Array.of(locality))
/** Part 3, 23.9 and 23.10: `operandB`, `offset` and `operation` as one digest. */
const comparison = (hash: number, operandB: Uint8Array, offset: number, operation: number): Uint8Array =>
  digest(hash, operandB, Uint8Array.of(offset >> 8, offset & 0xff, operation >> 8, operation & 0xff))
/** Part 3, 23.9. */
export const nvStep =
  (nvName: Uint8Array, operandB: Uint8Array, offset: number, operation: number): PolicyStep =>
  (hash, old) =>
    digest(hash, old, uint32(CC.PolicyNV), comparison(hash, operandB, offset, operation), nvName)
/** Part 3, 23.10. */
export const counterTimerStep =
  (operandB: Uint8Array, offset: number, operation: number): PolicyStep =>
  (hash, old) =>
    digest(hash, old, uint32(CC.PolicyCounterTimer), comparison(hash, operandB, offset, operation))
/** Part 3, 23.12. */
export const physicalPresenceStep: PolicyStep = (hash, old) => digest(hash, old, uint32(CC.PolicyPhysicalPresence))
/** Part 3, 23.13. */
export const cpHashStep =
  (cpHash: Uint8Array): PolicyStep =>
  (hash, old) =>
    digest(hash, old, uint32(CC.PolicyCpHash), cpHash)
/** Part 3, 23.14. */
export const nameHashStep =
  (nameHash: Uint8Array): PolicyStep =>
  (hash, old) =>
    digest(hash, old, uint32(CC.PolicyNameHash), nameHash)
/** Part 3, 23.15: without `objectName` the policy holds for every object that goes to this parent. */
export const duplicationSelectStep =
  (objectName: Uint8Array | undefined, newParentName: Uint8Array): PolicyStep =>
  (hash, old) => {
    const includeObject = Uint8Array.of(objectName === undefined ? 0 : 1)
    const command = uint32(CC.PolicyDuplicationSelect)
    return digest(hash, old, command, objectName ?? empty, newParentName, includeObject)
  }
/** Part 3, 23.20. */
export const nvWrittenStep =
  (isWritten: boolean): PolicyStep =>
  (hash, old) =>
    digest(hash, old, uint32(CC.PolicyNvWritten), Uint8Array.of(isWritten ? 1 : 0))
/** Part 3, 23.21. */
export const templateStep =
  (templateHash: Uint8Array): PolicyStep =>
  (hash, old) =>
    digest(hash, old, uint32(CC.PolicyTemplate), templateHash)

/** The authPolicy that a sequence of steps gives, under a hash algorithm. */
export const policyDigest = (hash: number, ...steps: readonly PolicyStep[]): Uint8Array =>
  steps.reduce<Uint8Array>((value, step) => step(hash, value), new Uint8Array(digestSize(hash)))
