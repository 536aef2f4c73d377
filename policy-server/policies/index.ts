export { applyPolicy, type AppliedPolicy } from './apply.ts'
export { inForceThen } from './as-decided.ts'
export { type Unreadable } from './compiled.ts'
export { announcedTo, inForceOf, PolicyShelf, type Documents, type InForce } from './in-force.ts'
export {
  announcementUses,
  endingAmong,
  liveAmong,
  useAnnouncements,
  withPosted,
  withdrawAnnouncement,
  type AnnouncementUse,
  type PostedAnnouncement,
} from './announcements.ts'
export { peopleDemanded } from './people.ts'
export { previewedToken } from './previewed.ts'
export { proposalOf, type Proposal } from './proposal.ts'
export { withdrawProposal } from './proposals.ts'
export { proposalNumbered, proposalRecords, recordOf, versionsOf, type DocumentRecord } from './records.ts'
export { type PolicyDocument } from './read-among.ts'
export { resetSigners } from './reset-signers.ts'
export { listPolicies, showPolicy } from './show.ts'
export { standingOf, type Standing } from './standing.ts'
export { documentVersion } from './versions.ts'
