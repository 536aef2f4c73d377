export { examinePlatform, platformIssuers } from './examine-platform.ts'
export { type PlatformFacts, type PlatformFinding } from './platform-reasons.ts'
export { evaluateAdmission, evaluateFloors, type AdmissionFacts } from './admission.ts'
export {
  approvalLifeMs,
  bindingOf,
  forkAnswer,
  quotedBy,
  tiers,
  under,
  validForMs,
  type BootPolicy as CompiledPolicy,
  type Floor,
} from './boot-policy.ts'
export { placeOf } from './place.ts'
export { Collection, policyInForce, type PolicyInForce, type Subject } from './collection.ts'
export { type Group } from './group.ts'
export {
  documentKinds,
  kindOf,
  parseGroup,
  parseGroupAmong,
  parsePolicy,
  parsePolicyAmong,
  parseReferenceValues,
  type DocumentKind,
} from './parse-policy.ts'
export { parseAnnouncement, parseSigners } from './parse-policy.ts'
export { isHeardBy, unheard, type Announcement, type LiveAnnouncement } from './announcement.ts'
export { evaluateAnnounced } from './release-announced.ts'
export { documentHead } from './document-head.ts'
export { documentScope } from './document-scope.ts'
export { signaturesDemanded, signaturesOf, type ChangedDocument } from './signature-demand.ts'
export { mostSigners, signersName, type Signers } from './signers.ts'
export { type Library } from './library.ts'
export { type ReferenceValues } from './reference-values.ts'
export { PolicyError } from './policy-error.ts'
export { effectiveRules, type EffectiveRule } from './effective-rules.ts'
export { evaluateRelease, evaluateTier } from './release.ts'
export {
  announcementJsonSchema,
  groupJsonSchema,
  policyJsonSchema,
  referenceValuesJsonSchema,
  signersJsonSchema,
} from './json-schema.ts'
export { basisOfReason, type Basis } from './basis.ts'
export { reasonCodes, settledByPerson, type Outcome, type Reason, type Verdict } from './verdict.ts'
export { diffBoots } from './boot-diff.ts'
export { digestNames, earlierBoot, type DigestNames, type EarlierBoot } from './digest-names.ts'
export { importFormatOf, importFormats, importValues, isSignedBy, type ImportedFile } from './imported-values.ts'
export { learnPolicy } from './learn.ts'
export { proposeChange, type PolicyProposal } from './propose.ts'
