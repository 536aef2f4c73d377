export {
  decodeBeginCore,
  decodeCompleteCore,
  decodeProveCore,
  encodeBeginCore,
  encodeCompleteCore,
  encodeProveCore,
  type BeginCore,
  type CompleteCore,
  type ProveCore,
} from './join-cores.ts'
export { enrolmentProof, joinSigningInput, type JoinStep } from './join-proof.ts'
export { decodeJoinToken, encodeJoinToken, type JoinToken } from './join-token.ts'
export { releaseExtraData, type ReleaseBinding } from './release-binding.ts'
export {
  decodeRequestCore,
  encodeRequestCore,
  requestLimits,
  type RequestCore,
  type WantedVolume,
} from './request-core.ts'
export { attestationKey, type AttestationKey } from './attestation-key.ts'
export { capMeasurement } from './cap.ts'
export { isShimBypassed, isShimSetting, measuredDatabase, sbatLevel, vouchingCertificate } from './authority.ts'
export { isSeparator, ukiSections, type UkiSection } from './boot-facts.ts'
export * from './platform/index.ts'
export { EvidenceError, type EvidenceProblem } from './evidence-error.ts'
export {
  capPcr,
  decodeSelection,
  defaultSelection,
  encodeSelection,
  quotablePcrs,
  selectionBytes,
  selectionOf,
  type PcrSelection,
} from './pcr-selection.ts'
export { isOsSeparator } from './os-separator.ts'
export { measuredText } from './measured-text.ts'
export { type MeasuredEvent } from './measured-event.ts'
export {
  boundPolicy,
  boundPolicyHash,
  decodeTpmBoundKeys,
  encodeTpmBoundKeys,
  limitTerms,
  type BootLimits,
  type TpmBoundKeys,
} from './tpm-bound-keys.ts'
export { verifyEvidence, type Expectation, type UntrustedEvidence, type VerifiedEvidence } from './verified-evidence.ts'
