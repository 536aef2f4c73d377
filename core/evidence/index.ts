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
export { enrolmentProof, joinSigningInput, type EnrolmentTranscript, type JoinStep } from './join-proof.ts'
export { decodeJoinToken, encodeJoinToken, type JoinToken } from './join-token.ts'
export { releaseExtraData, type ReleaseBinding } from './release-binding.ts'
export { decodeRequestCore, encodeRequestCore, type RequestCore, type WantedVolume } from './request-core.ts'
